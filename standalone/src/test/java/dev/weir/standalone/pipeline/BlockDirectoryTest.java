package dev.weir.standalone.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.model.WeirException;
import dev.weir.service.config.ObjectStoreConfig;
import dev.weir.service.config.WeirConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The directory of blocks that a configuration names.
class BlockDirectoryTest {
  @TempDir private Path folder;

  private static ObjectStoreConfig store(Path directory) {
    return WeirConfig.of(
            "weir.yml", "storage: {object_store: {directory: %s}}".formatted(directory))
        .storage()
        .objectStore();
  }

  @Test
  void isMadeBeforeAnythingIsStarted() {
    Path blocks = folder.resolve("blocks/of/all");
    BlockStores.prepare(store(blocks));
    assertTrue(Files.isDirectory(blocks));
  }

  @Test
  void isRefusedByItsSettingWhereItCannotBe() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "no directory");
    WeirException.BadData refused =
        assertThrows(
            WeirException.BadData.class, () -> BlockStores.prepare(store(file.resolve("blocks"))));
    assertEquals(
        "storage.object_store.directory %s/blocks cannot be made: Not a directory; name a directory that this user can write"
            .formatted(file),
        refused.getMessage());
  }
}
