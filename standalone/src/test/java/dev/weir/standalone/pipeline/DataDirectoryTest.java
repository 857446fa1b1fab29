package dev.weir.standalone.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.model.WeirException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {

  @TempDir private Path folder;

  @Test
  void isMadeWhereItIsMissing() {
    Path path = folder.resolve("var/weir");
    try (DataDirectory data = DataDirectory.open(path)) {
      assertTrue(Files.isDirectory(path));
      assertEquals(path.resolve("kafka"), data.kafka());
      assertEquals(path.resolve("blocks"), DataDirectory.blocksIn(path));
    }
  }

  @Test
  void refusesASecondOwnerUntilTheFirstIsClosed() {
    try (DataDirectory first = DataDirectory.open(folder)) {
      WeirException refused =
          assertThrows(WeirException.Unavailable.class, () -> DataDirectory.open(first.path()));
      assertEquals(
          "data directory %s is in use by this process; stop it, or give another with --data"
              .formatted(folder),
          refused.getMessage());
    }
    DataDirectory.open(folder).close();
  }

  @Test
  void namesItsOwnerInTheLockFile() throws IOException {
    Files.writeString(folder.resolve("lock"), "99999999999 left by a longer process id\n");
    try (DataDirectory data = DataDirectory.open(folder)) {
      assertEquals(
          ProcessHandle.current().pid() + "\n", Files.readString(data.path().resolve("lock")));
    }
  }

  @Test
  void refusesAFile() throws IOException {
    Path file = Files.writeString(folder.resolve("prometheus.yml"), "scrape_configs: []\n");
    WeirException refused =
        assertThrows(WeirException.Unavailable.class, () -> DataDirectory.open(file));
    assertEquals(
        "data directory %s: %s is a file, not a directory; give one that this user can write with"
                .formatted(file, file)
            + " --data",
        refused.getMessage());
  }
}
