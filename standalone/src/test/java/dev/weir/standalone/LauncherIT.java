package dev.weir.standalone;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `bin/weir` of the release finds a Java that fits, and says so in one line when there is none.
class LauncherIT {

  @TempDir private Path folder;

  @Test
  void runsOnAJava25() throws Exception {
    CommandOutcome outcome = Release.run(folder, "version");
    assertEquals(0, outcome.exitCode(), outcome.err());
    assertTrue(outcome.out().startsWith("weir "), outcome.out());
    assertEquals("", outcome.err(), "the JVM warns of nothing");
  }

  @Test
  void looksFurtherWhenJavaHomeIsAnotherJava() throws Exception {
    CommandOutcome outcome =
        Release.run(folder, Map.of("JAVA_HOME", java("17.0.2").toString()), "version");
    if (outcome.exitCode() == 0) {
      assertTrue(outcome.out().startsWith("weir "), outcome.out());
    } else {
      assertTrue(
          outcome
              .err()
              .startsWith("weir: needs Java 25 or newer: JAVA_HOME=" + folder.resolve("17.0.2")),
          outcome.err());
      assertEquals(1, outcome.err().lines().count(), outcome.err());
    }
  }

  /// What looks like an installation of another version.
  private Path java(String version) throws IOException {
    Path home = folder.resolve(version);
    Files.createDirectories(home.resolve("bin"));
    Files.writeString(home.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
    Path java = Files.writeString(home.resolve("bin/java"), "#!/bin/sh\nexit 97\n");
    assertTrue(java.toFile().setExecutable(true));
    return home;
  }
}
