package dev.weir.collectors.scrape;

import static dev.weir.collectors.scrape.ScrapedTarget.api;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.collectors.publish.OutgoingRows;
import dev.weir.model.Row;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ScrapedTimestampsTest {
  private final ScrapedTarget target = new ScrapedTarget();

  @Test
  void samplesWithTheirOwnTimeGoIntoRowsByTimeAndAreNotMarked() {
    TargetScraper scraper = target.scraper("");
    target.scrape(scraper, 9_000, "a 1 5000\nb 2\nc 3 6000\nd 4 5000\n");
    assertEquals(
        Map.of(
            api("a") + " @5000", "1.0",
            api("b") + " @9000", "2.0",
            api("c") + " @6000", "3.0",
            api("d") + " @5000", "4.0"),
        target.output.takeSamples());
    // The same sample exposed again is the same sample.
    target.scrape(scraper, 10_000, "a 1 5000\nb 2\n");
    assertEquals(Map.of(api("b") + " @10000", "2.0"), target.output.takeSamples());
  }

  @Test
  void veryManyTimesOfTheirOwnMakeSeveralRecords() {
    StringBuilder text = new StringBuilder();
    int times = 60_000;
    for (int time = 1; time <= times; time++) {
      text.append("hits_total{path=\"/%d\"} 1 %d\n".formatted(time % 1_000, time));
    }
    target.scrape(target.scraper(""), 100_000, text.toString());
    List<OutgoingRows> records = target.output.takeRows();
    assertTrue(records.size() >= 3, "one record would be larger than a topic takes");
    long rows = 0;
    long values = 0;
    for (OutgoingRows part : records) {
      assertTrue(part.rows().rows().size() < 30_000, "rows of a record");
      rows += part.rows().rows().size();
      for (Row row : part.rows().rows()) {
        values += row.values().length;
      }
    }
    assertEquals(times + 1, rows);
    assertTrue(values < times + 2_000, "rows with few of the series are sparse");
  }

  @Test
  void timestampsMayBeIgnoredOrTracked() {
    target.scrape(target.scraper("honor_timestamps: false"), 9_000, "a 1 5000\n");
    assertEquals(Map.of(api("a") + " @9000", "1.0"), target.output.takeSamples());
    TargetScraper tracking = target.scraper("track_timestamps_staleness: true");
    target.scrape(tracking, 9_000, "a 1 5000\n");
    target.output.takeSamples();
    target.scrape(tracking, 10_000, "b 1\n");
    assertEquals(
        Map.of(api("a") + " @10000", "stale", api("b") + " @10000", "1.0"),
        target.output.takeSamples());
  }

  @Test
  void samplesThatNobodyWouldKeepAreLostOnceAndTheScrapeIsGood() {
    target.limits = "limits: {retention: 15d}";
    long kept = target.clock.millis() - Duration.ofDays(14).toMillis();
    long old = target.clock.millis() - Duration.ofDays(16).toMillis();
    TargetScraper scraper = target.scraper("");
    String text = "a 1 %d\nb 2 %d\nc 3\n".formatted(old, kept);
    assertEquals("", target.scrape(scraper, target.clock.millis(), text).error());
    assertEquals(
        Map.of(api("b") + " @" + kept, "2.0", api("c") + " @" + target.clock.millis(), "3.0"),
        target.output.takeSamples());
    assertEquals(1, target.lost("samples", "too_old"));
    // The same sample exposed again is the same loss.
    target.scrape(scraper, target.clock.millis() + 15_000, text);
    assertEquals(1, target.lost("samples", "too_old"));
  }

  @Test
  void samplesFromTheFarFutureAreDropped() {
    long late = target.clock.millis() + Duration.ofMinutes(11).toMillis();
    target.scrape(target.scraper(""), target.clock.millis(), "a 1 " + late + "\nb 2\n");
    assertEquals(
        Map.of(api("b") + " @" + target.clock.millis(), "2.0"), target.output.takeSamples());
  }
}
