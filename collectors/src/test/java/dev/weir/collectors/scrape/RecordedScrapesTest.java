package dev.weir.collectors.scrape;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.collectors.Recordings;
import dev.weir.collectors.exposition.BodyMemory;
import dev.weir.collectors.publish.OutgoingRows;
import dev.weir.model.Hash128;
import dev.weir.testing.HeldClock;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/// Bodies that a target exposed one after another, as rows: every sample is in them, once, and
/// layouts hardly ever change.
class RecordedScrapesTest {
  private static final Duration INTERVAL = Duration.ofMillis(500);

  /// What a recording came to.
  private record Result(int rows, int layoutChanges) {}

  private static Result scrape(List<String> bodies) throws InterruptedException {
    HeldClock clock = HeldClock.at("2026-03-01T12:00:00Z");
    CapturedOutput output = new CapturedOutput();
    ScrapedBody[] next = new ScrapedBody[1];
    TargetScraper scraper =
        new TargetScraper(
            ScraperFixture.settings(ScraperFixture.config("node", "a:9100", ""), _ -> next[0]),
            ScraperFixture.tenant("", clock),
            7,
            clock,
            output,
            new ScrapeMetrics(new PrometheusRegistry()),
            new BodyMemory(1 << 30));
    Map<Object, Hash128> layouts = new HashMap<>();
    int changes = 0;
    int rows = 0;
    for (String body : bodies) {
      byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
      next[0] = ScraperFixture.body(bytes, "text/plain");
      ScrapeOutcome outcome = scraper.scrape(clock.millis(), OptionalLong.empty());
      assertEquals("", outcome.error());
      List<OutgoingRows> outgoing = output.takeRows();
      for (OutgoingRows group : outgoing) {
        rows += group.rows().rows().size();
        Hash128 before = layouts.put(group.rows().group(), group.rows().layout().hash());
        changes += before != null && !before.equals(group.rows().layout().hash()) ? 1 : 0;
      }
      output.rows(outgoing);
      long samples =
          output.takeSamples().values().stream().filter(value -> !value.equals("stale")).count();
      assertEquals(body.lines().filter(line -> !line.startsWith("#")).count(), samples);
      clock.advance(INTERVAL);
    }
    return new Result(rows, changes);
  }

  @Test
  void layoutsOfMadeBodiesChangeWhenASeriesComes() throws InterruptedException {
    Result result = scrape(Recordings.made(500));
    assertEquals(new Result(500, 9), result);
  }

  @Test
  void layoutsOfRecordedBodiesHardlyEverChange() throws InterruptedException {
    for (Path file : Recordings.files()) {
      List<String> bodies = Recordings.bodies(file);
      Result result = scrape(bodies);
      System.out.printf(
          "recording %s: %d scrapes, %s%n", file.getFileName(), bodies.size(), result);
      assertEquals(bodies.size(), result.rows(), "one row a scrape");
      assertTrue(result.layoutChanges() < bodies.size() / 20, result::toString);
    }
  }
}
