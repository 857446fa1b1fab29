package dev.weir.objects;

import dev.weir.blocks.store.BlockStore;
import dev.weir.blocks.store.BlockStoreContract;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/// The same where blocks are larger than a request may be, and lie in parts.
class PartedBlockStoreTest extends BlockStoreContract {
  @TempDir static Path directory;
  private static S3Server server;

  private final Deque<ObjectBlockStore> opened = new ArrayDeque<>();
  private String prefix = "";
  private int partBytes;

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
  protected int largeBytes() {
    return 50;
  }

  @Override
  protected BlockStore newStore() {
    prefix = UUID.randomUUID().toString();
    return sameStore();
  }

  @Override
  protected BlockStore sameStore() {
    // Two stores need not cut alike.
    partBytes = partBytes == 4 ? 3 : 4;
    ObjectLocation location = server.location(prefix);
    ObjectBlockStore store =
        new ObjectBlockStore(
            location.toString(),
            OpenDalClient.open(location),
            RequestSettings.DEFAULT,
            InstantSource.system(),
            partBytes);
    opened.push(store);
    return store;
  }
}
