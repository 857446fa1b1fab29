package dev.weir.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FailureCauseTest {
  @TempDir private Path folder;

  @Test
  void aFullDiskIsNamed() {
    assertEquals(
        "the disk is full, with 12 KB left; make space, and restart the process",
        FailureCause.of(12 << 10));
  }

  @Test
  void otherwiseTheLogIsPointedTo() {
    assertEquals(
        "the log above says why, and the disk has 4096 MB left; mend the cause, and restart the"
            + " process",
        FailureCause.of(4L << 30));
  }

  @Test
  void aDirectoryThatIsGoneIsNamed() {
    Path gone = folder.resolve("gone");
    String cause = FailureCause.of(gone);
    assertTrue(cause.startsWith("the directory cannot be reached (" + gone), cause);
  }
}
