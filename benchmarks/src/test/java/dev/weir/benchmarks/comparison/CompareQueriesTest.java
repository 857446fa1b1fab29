package dev.weir.benchmarks.comparison;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weir.benchmarks.comparison.CompareQueries.Settings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/// Where there is a Prometheus 2.42, it is asked.
class CompareQueriesTest {
  /// Differences from others would have other explanations.
  private static final String VERSION = "prometheus, version 2.42.";

  private static String versionOnThePath() throws InterruptedException {
    try {
      Process process =
          new ProcessBuilder("prometheus", "--version").redirectErrorStream(true).start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      process.waitFor();
      return output;
    } catch (IOException e) {
      return String.valueOf(e.getMessage());
    }
  }

  @Test
  void everyDifferenceIsExplained() throws Exception {
    String version = versionOnThePath();
    assumeTrue(version.startsWith(VERSION), "no Prometheus 2.42 on the path: " + version);

    assertTrue(
        new CompareQueries()
            .run(new Settings(400, List.of(1L), OptionalInt.empty(), Optional.empty())));
  }
}
