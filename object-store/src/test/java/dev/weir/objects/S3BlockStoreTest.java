package dev.weir.objects;

import dev.weir.blocks.store.BlockStore;
import dev.weir.blocks.store.BlockStoreContract;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/// An object store keeps what every store of blocks keeps.
class S3BlockStoreTest extends BlockStoreContract {
  @TempDir static Path directory;
  private static S3Server server;

  private final Deque<ObjectBlockStore> opened = new ArrayDeque<>();
  private String prefix = "";

  @BeforeAll
  static void startServer() throws Exception {
    server = S3Server.start(directory);
  }

  @AfterAll
  static void stopServer() throws Exception {
    server.close();
  }

  @AfterEach
  void closeStores() {
    opened.forEach(ObjectBlockStore::close);
  }

  @Override
  protected BlockStore newStore() {
    prefix = "weir/" + UUID.randomUUID();
    return sameStore();
  }

  @Override
  protected BlockStore sameStore() {
    ObjectBlockStore store = open(server.location(prefix));
    opened.push(store);
    return store;
  }

  ObjectBlockStore open(ObjectLocation location) {
    return ObjectBlockStore.open(location, RequestSettings.DEFAULT);
  }
}
