package dev.weir.collectors.scrape;

import static dev.weir.collectors.scrape.ScrapedTarget.OPEN_METRICS;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weir.collectors.publish.OutgoingRows;
import dev.weir.model.Exemplar;
import dev.weir.model.Labels;
import dev.weir.model.Row;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class ScrapedExemplarsTest {
  private final ScrapedTarget target = new ScrapedTarget();

  @Test
  void anExemplarIsKeptOnceAndIfItIsNotTooLong() {
    TargetScraper scraper = target.scraper("");
    String body = "a_total 1 # {trace_id=\"%s\"} 0.5\n# EOF\n";
    target.scrape(scraper, 1_000, OPEN_METRICS, body.formatted("x"));
    assertEquals(
        1, target.output.takeRows().getFirst().rows().rows().getFirst().exemplars().size());
    target.scrape(scraper, 2_000, OPEN_METRICS, body.formatted("x"));
    assertEquals(
        0, target.output.takeRows().getFirst().rows().rows().getFirst().exemplars().size());
    target.scrape(scraper, 3_000, OPEN_METRICS, body.formatted("y"));
    assertEquals(
        1, target.output.takeRows().getFirst().rows().rows().getFirst().exemplars().size());
    target.scrape(scraper, 4_000, OPEN_METRICS, body.formatted("é".repeat(120)));
    assertEquals(
        1, target.output.takeRows().getFirst().rows().rows().getFirst().exemplars().size());
    target.scrape(scraper, 5_000, OPEN_METRICS, body.formatted("é".repeat(121)));
    assertEquals(
        0, target.output.takeRows().getFirst().rows().rows().getFirst().exemplars().size());
  }

  @Test
  void anExemplarOfTheFutureIsLeftOutAndItsSampleKept() {
    TargetScraper scraper = target.scraper("");
    String body = "a_total 1 # {trace_id=\"x\"} 0.5 %s\n# EOF\n";
    double now = target.clock.instant().toEpochMilli() / 1e3;
    target.scrape(scraper, 1_000, OPEN_METRICS, body.formatted(now + 599));
    assertEquals(
        1, target.output.takeRows().getFirst().rows().rows().getFirst().exemplars().size());
    assertEquals(
        1, target.scrape(scraper, 2_000, OPEN_METRICS, body.formatted(now + 601)).scraped());
    assertEquals(
        0, target.output.takeRows().getFirst().rows().rows().getFirst().exemplars().size());
  }

  @Test
  void exemplarsThatNobodyWouldKeepAreCountedAndTheirSamplesKept() {
    target.limits = "limits: {retention: 15d}";
    TargetScraper scraper = target.scraper("");
    double old = target.clock.millis() / 1e3 - 16 * 86_400;
    target.scrape(
        scraper,
        1_000,
        OPEN_METRICS,
        "a_total 1 # {trace_id=\"x\"} 0.5 %s\n# EOF\n".formatted(old));
    Row row = target.output.takeRows().getFirst().rows().rows().getFirst();
    assertEquals(0, row.exemplars().size());
    assertEquals(1, target.lost("exemplars", "too_old"));
  }

  @Test
  void exemplarsTravelWithTheirRow() {
    target.scrape(
        target.scraper(""),
        1_000,
        OPEN_METRICS,
        "a_total 1 # {trace_id=\"x\"} 0.5 3\nb_total 2\n# EOF\n");
    OutgoingRows rows = target.output.takeRows().getFirst();
    Row row = rows.rows().rows().getFirst();
    assertEquals(1, row.exemplars().size());
    Row.ColumnExemplar exemplar = row.exemplars().getFirst();
    assertEquals(
        "a_total", rows.rows().layout().series().get(exemplar.column()).labels().metricName());
    assertEquals(
        new Exemplar(Labels.of("trace_id", "x"), 0.5, OptionalLong.of(3_000)), exemplar.exemplar());
  }
}
