package dev.weir.benchmarks.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weir.benchmarks.pipeline.QueryFreshness.Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QueryFreshnessTest {
  private static final Path RELEASE = Path.of("..", "standalone", "target", "weir");

  @Test
  void measuresTheScrapesOfARelease(@TempDir Path directory) throws Exception {
    assumeTrue(
        Files.exists(RELEASE.resolve("bin/weir")), "no release: run ./mvnw package before it");

    Percentiles delays = QueryFreshness.measure(new Settings(RELEASE, 2, 10, 500, 0, 3), directory);

    assertTrue(delays.count() >= 4, delays::toString);
    assertTrue(delays.at(0) >= 0, delays::toString);
  }

  @Test
  void aPercentileIsTheNearestRank() {
    Percentiles percentiles = new Percentiles(new long[] {40, 10, 30, 20});

    assertEquals(10, percentiles.at(1));
    assertEquals(20, percentiles.at(50));
    assertEquals(40, percentiles.at(99));
    assertEquals("n=4 p50=20 ms p90=40 ms p99=40 ms max=40 ms", percentiles.toString());
  }
}
