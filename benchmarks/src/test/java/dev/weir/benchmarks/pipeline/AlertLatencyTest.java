package dev.weir.benchmarks.pipeline;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weir.benchmarks.pipeline.AlertLatency.Result;
import dev.weir.benchmarks.pipeline.AlertLatency.Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AlertLatencyTest {
  private static final Path RELEASE = Path.of("..", "standalone", "target", "weir");

  @Test
  void measuresTheAlertsOfARelease(@TempDir Path directory) throws Exception {
    assumeTrue(
        Files.exists(RELEASE.resolve("bin/weir")), "no release: run ./mvnw package before it");

    Result result = AlertLatency.measure(new Settings(RELEASE, 1, 10, 5, 5), directory);

    assertTrue(result.topic().count() >= 5, result::toString);
    assertTrue(result.topic().at(0) >= 0, result::toString);
    assertTrue(result.webhook().at(100) < Long.MAX_VALUE, "an alert was not told: " + result);
  }
}
