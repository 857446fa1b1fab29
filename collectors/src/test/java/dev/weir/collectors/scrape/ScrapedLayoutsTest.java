package dev.weir.collectors.scrape;

import static dev.weir.collectors.scrape.ScrapedTarget.OPEN_METRICS;
import static dev.weir.collectors.scrape.ScrapedTarget.api;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.collectors.publish.OutgoingRows;
import dev.weir.collectors.series.TenantSeries;
import dev.weir.model.MetricType;
import dev.weir.model.Tenant;
import dev.weir.schemas.MetricMetadata;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class ScrapedLayoutsTest {
  private final ScrapedTarget target = new ScrapedTarget();

  @Test
  void anUnchangedTargetKeepsItsLayoutAndAChurningOneGrowsIt() {
    TargetScraper scraper = target.scraper("");
    target.scrape(scraper, 1_000, "a 1\nb 2\nc 3\nd 4\ne 5\nf 6\n");
    OutgoingRows first = target.output.takeRows().getFirst();
    assertEquals(7, first.epoch());
    assertEquals(OptionalLong.of(16_000), first.nextDueMillis());
    target.scrape(scraper, 2_000, "a 2\nb 2\nc 3\nd 4\ne 5\nf 6\n");
    OutgoingRows second = target.output.takeRows().getFirst();
    assertEquals(first.rows().layout(), second.rows().layout());
    assertTrue(second.rows().rows().getFirst().isWhole());
    target.scrape(scraper, 3_000, "a 2\nb 2\nc 3\nd 4\ne 5\n");
    assertEquals(first.rows().layout(), target.output.takeRows().getFirst().rows().layout());
    target.scrape(scraper, 4_000, "a 2\nb 2\nc 3\nd 4\ne 5\ng 1\n");
    OutgoingRows grown = target.output.takeRows().getFirst();
    assertNotEquals(first.rows().layout(), grown.rows().layout());
    assertEquals(first.rows().layout().size() + 1, grown.rows().layout().size());
  }

  @Test
  void aSeriesThatIsLongGoneLeavesTheLayout() {
    TenantSeries tenant = target.tenant();
    TargetScraper scraper = target.scraper("", tenant);
    target.scrape(scraper, 1_000, "a 1\nb 2\n");
    int size = target.output.takeRows().getFirst().rows().layout().size();
    for (int i = 0; i < 25; i++) {
      target.scrape(scraper, 2_000 + i, "a 1\n");
    }
    target.clock.advance(Duration.ofMinutes(6));
    target.output.takeRows();
    target.scrape(scraper, 9_000, "a 7\n");
    OutgoingRows rows = target.output.takeRows().getFirst();
    assertEquals(size - 1, rows.rows().layout().size());
    assertEquals(size - 1, tenant.active());
    target.scrape(scraper, 10_000, "a 8\n");
    assertEquals(Map.of(api("a") + " @10000", "8.0"), target.output.takeSamples());
  }

  @Test
  void aLargeTargetIsDividedIntoSlicesThatKeepHistogramsTogether() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 5_000; i++) {
      text.append("hits{path=\"/%d\"} %d\n".formatted(i, i));
    }
    TargetScraper scraper = target.scraper("");
    target.scrape(scraper, 1_000, text.toString());
    List<OutgoingRows> rows = target.output.takeRows();
    assertTrue(rows.size() > 2, () -> rows.size() + " slices");
    for (OutgoingRows slice : rows) {
      assertTrue(slice.rows().layout().size() <= 2_000);
      slice
          .rows()
          .layout()
          .series()
          .forEach(series ->
              assertTrue(slice.rows().group().slice().holds(series.labels().groupingHash())));
    }
    target.scrape(scraper, 2_000, text.toString());
    assertEquals(5_000, target.output.takeSamples().size());
  }

  @Test
  void typesAreInLayoutsAndMetadataIsPublishedWhenItChanges() {
    TargetScraper scraper = target.scraper("");
    String text =
        """
        # TYPE hits_seconds counter
        # UNIT hits_seconds seconds
        # HELP hits_seconds %s
        hits_seconds_total 1
        # EOF
        """;
    target.scrape(scraper, 1_000, OPEN_METRICS, text.formatted("Hits."));
    assertTrue(
        target.output.takeRows().getFirst().rows().layout().series().stream()
            .anyMatch(series ->
                series.labels().metricName().equals("hits_seconds_total")
                    && series.type() == MetricType.COUNTER));
    target.scrape(scraper, 2_000, OPEN_METRICS, text.formatted("Hits."));
    target.scrape(scraper, 3_000, OPEN_METRICS, text.formatted("Better."));
    assertEquals(
        List.of(
            new MetricMetadata(
                Tenant.DEFAULT, "hits_seconds", MetricType.COUNTER, "Hits.", "seconds"),
            new MetricMetadata(
                Tenant.DEFAULT, "hits_seconds", MetricType.COUNTER, "Better.", "seconds")),
        target.output.metadata());
  }
}
