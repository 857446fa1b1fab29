package dev.weir.collectors.scrape;

import static dev.weir.collectors.scrape.ScrapedTarget.api;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.collectors.publish.OutgoingRows;
import dev.weir.collectors.series.TenantSeries;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class TargetScraperTest {
  private final ScrapedTarget target = new ScrapedTarget();

  @Test
  void samplesGetTheTargetsLabelsAndTheTimeOfTheScrape() {
    target.scrape(target.scraper(""), 1_000, "hits_total 3\nload 0.5\n");
    assertEquals(
        Map.of(api("hits_total") + " @1000", "3.0", api("load") + " @1000", "0.5"),
        target.output.takeSamples());
  }

  @Test
  void everyScrapeReportsOnItself() {
    TargetScraper scraper =
        target.scraper(
            "metric_relabel_configs: [{source_labels: [__name__], regex: debug, action: drop}]");
    target.scrape(scraper, 1_000, "a 1\nb 2\ndebug 3\n");
    Map<String, String> first = target.output.takeAllSamples();
    assertEquals("1.0", first.get(api("up") + " @1000"));
    assertEquals("3.0", first.get(api("scrape_samples_scraped") + " @1000"));
    assertEquals("2.0", first.get(api("scrape_samples_post_metric_relabeling") + " @1000"));
    assertEquals("2.0", first.get(api("scrape_series_added") + " @1000"));
    assertTrue(first.containsKey(api("scrape_duration_seconds") + " @1000"));
    assertEquals(7, first.size());
    target.scrape(scraper, 2_000, "a 1\nb 2\ndebug 3\n");
    assertEquals("0.0", target.output.takeAllSamples().get(api("scrape_series_added") + " @2000"));
    target.fail(scraper, 3_000);
    Map<String, String> failed = target.output.takeAllSamples();
    assertEquals("0.0", failed.get(api("up") + " @3000"));
    assertEquals("0.0", failed.get(api("scrape_samples_scraped") + " @3000"));
  }

  @Test
  void extraReportsAreThereWhenAskedFor() {
    target.extraMetrics = true;
    TargetScraper scraper = target.scraper("sample_limit: 5\nbody_size_limit: 1MB");
    target.scrape(scraper, 1_000, "a 1\n");
    Map<String, String> samples = target.output.takeAllSamples();
    assertEquals("10.0", samples.get(api("scrape_timeout_seconds") + " @1000"));
    assertEquals("5.0", samples.get(api("scrape_sample_limit") + " @1000"));
    assertEquals("4.0", samples.get(api("scrape_body_size_bytes") + " @1000"));
  }

  @Test
  void aSeriesThatGoesIsMarkedOnceAndMayComeBack() {
    TargetScraper scraper = target.scraper("");
    target.scrape(scraper, 1_000, "a 1\nb 2\n");
    target.output.takeSamples();
    target.scrape(scraper, 2_000, "a 1\n");
    assertEquals(
        Map.of(api("a") + " @2000", "1.0", api("b") + " @2000", "stale"),
        target.output.takeSamples());
    target.scrape(scraper, 3_000, "a 1\n");
    assertEquals(Map.of(api("a") + " @3000", "1.0"), target.output.takeSamples());
    assertEquals(1, target.scrape(scraper, 4_000, "a 1\nb 5\n").added());
    assertEquals(
        Map.of(api("a") + " @4000", "1.0", api("b") + " @4000", "5.0"),
        target.output.takeSamples());
  }

  @Test
  void aScrapeThatFailsMarksEverySeriesOnce() {
    TargetScraper scraper = target.scraper("");
    target.scrape(scraper, 1_000, "a 1\nb 2\n");
    target.output.takeSamples();
    assertEquals("connection refused", target.fail(scraper, 2_000).error());
    assertEquals(
        Map.of(api("a") + " @2000", "stale", api("b") + " @2000", "stale"),
        target.output.takeSamples());
    target.fail(scraper, 3_000);
    assertEquals(Map.of(), target.output.takeSamples());
    assertEquals(0, target.scrape(scraper, 4_000, "a 1\nb 2\n").added());
  }

  @Test
  void aBadBodyFailsTheScrapeWithItsLineAndLeavesNothingBehind() {
    TenantSeries tenant = target.tenant();
    TargetScraper scraper = target.scraper("", tenant);
    target.scrape(scraper, 1_000, "a 1\n");
    int active = tenant.active();
    target.output.takeSamples();
    ScrapeOutcome outcome = target.scrape(scraper, 2_000, "a 1\nnew 1\nb x\n");
    assertEquals("line 3, column 3: value \"x\" is no float, in \"b x\"", outcome.error());
    assertEquals(Map.of(api("a") + " @2000", "stale"), target.output.takeSamples());
    assertEquals(active, tenant.active());
    target.scrape(scraper, 3_000, "a 1\nnew 2\n");
    assertEquals(
        Map.of(api("a") + " @3000", "1.0", api("new") + " @3000", "2.0"),
        target.output.takeSamples());
  }

  @Test
  void theEndOfATargetMarksEverythingAlsoWhatReportsOnIt() {
    TargetScraper scraper = target.scraper("");
    target.scrape(scraper, 1_000, "a 1\n");
    target.output.takeAllSamples();
    scraper.end(9_000);
    Map<String, String> ended = target.output.takeAllSamples();
    assertEquals(6, ended.size());
    ended.forEach((series, value) -> assertEquals("stale", value, series));
    assertTrue(ended.containsKey(api("up") + " @9000"));
  }

  @Test
  void labelsThatConflictWithTheTargetsAreRenamed() {
    target.scrape(target.scraper(""), 1_000, "a{job=\"x\",instance=\"y\",exported_job=\"z\"} 1\n");
    assertEquals(
        Map.of(
            "a{exported_exported_job=\"x\", exported_instance=\"y\", exported_job=\"z\","
                + " instance=\"a:80\", job=\"api\"} @1000",
            "1.0"),
        target.output.takeSamples());
  }

  @Test
  void honoredLabelsWinAndTheirSeriesBelongToTheTargetThatTheyName() {
    TenantSeries tenant = target.tenant();
    TargetScraper scraper = target.scraper("honor_labels: true", tenant);
    target.scrape(scraper, 1_000, "a{job=\"other\",instance=\"b:90\"} 1\nc 2\n");
    List<OutgoingRows> rows = target.output.takeRows();
    OutgoingRows foreign =
        rows.stream().filter(r -> r.rows().group().target().isEmpty()).findFirst().orElseThrow();
    assertEquals(
        "default job=\"other\" instance=\"b:90\"",
        foreign.rows().group().partitionKey().toString());
    assertEquals(0, foreign.epoch());
    assertEquals(OptionalLong.empty(), foreign.nextDueMillis());
    assertEquals(1, tenant.pushed().size());
    target.fail(scraper, 2_000);
    assertEquals(
        Map.of(
            "a{instance=\"b:90\", job=\"other\"} @2000",
            "stale",
            "c{instance=\"a:80\", job=\"api\"} @2000",
            "stale"),
        target.output.takeSamples());
  }

  @Test
  void aHonoredLabelWithoutAValueKeepsTheTargetsAway() {
    TargetScraper scraper = target.scraper("honor_labels: true");
    target.scrape(scraper, 1_000, "a{instance=\"\"} 1\nb{job=\"\",instance=\"\"} 2\nc{d=\"\"} 3\n");
    assertEquals(
        Map.of("a{job=\"api\"} @1000", "1.0", "b @1000", "2.0", api("c") + " @1000", "3.0"),
        target.output.takeSamples());
    target.scrape(target.scraper(""), 1_000, "a{instance=\"\"} 1\n");
    assertEquals(Map.of(api("a") + " @1000", "1.0"), target.output.takeSamples());
  }

  @Test
  void theSampleAtWhichAScrapeFailsIsCounted() {
    ScrapeOutcome outcome =
        target.scrape(target.scraper("label_limit: 3"), 1_000, "a 1\nb{c=\"d\"} 2\ne 3\n");
    assertEquals(2, outcome.scraped());
    assertEquals(1, outcome.afterRelabelling());
    assertEquals(1, target.scrape(target.scraper(""), 1_000, "a 1\nb x\nc 3\n").scraped());
  }

  @Test
  void ofTwoSamplesOfOneSeriesTheFirstCounts() {
    target.scrape(
        target.scraper("metric_relabel_configs: [{action: labeldrop, regex: cpu}]"),
        1_000,
        "a{cpu=\"0\"} 1\na{cpu=\"1\"} 2\nb 3\nb 4\n");
    assertEquals(
        Map.of(api("a") + " @1000", "1.0", api("b") + " @1000", "3.0"),
        target.output.takeSamples());
  }

  @Test
  void tooManySamplesFailTheWholeScrape() {
    TenantSeries tenant = target.tenant();
    TargetScraper scraper = target.scraper("sample_limit: 2", tenant);
    target.scrape(scraper, 1_000, "a 1\nb 2\n");
    target.output.takeAllSamples();
    int active = tenant.active();
    ScrapeOutcome outcome = target.scrape(scraper, 2_000, "a 1\nb 2\nc 3\n");
    assertEquals("sample limit exceeded (sample_limit: 2, samples: 3)", outcome.error());
    assertEquals(
        Map.of(api("a") + " @2000", "stale", api("b") + " @2000", "stale"),
        target.output.takeSamples());
    assertEquals(active, tenant.active());
  }

  @Test
  void labelLimitsFailTheWholeScrape() {
    assertEquals(
        "label_limit exceeded (metric: a, number of labels: 4, limit: 3)",
        target.scrape(target.scraper("label_limit: 3"), 1_000, "a{b=\"c\"} 1\n").error());
    assertEquals(
        "label_name_length_limit exceeded (metric: a, label name: long_name, length: 9, limit: 8)",
        target
            .scrape(target.scraper("label_name_length_limit: 8"), 1_000, "a{long_name=\"c\"} 1\n")
            .error());
    assertEquals(
        "label_value_length_limit exceeded (metric: a, label name: b, value: \"long value\", length: 10,"
            + " limit: 4)",
        target
            .scrape(target.scraper("label_value_length_limit: 4"), 1_000, "a{b=\"long value\"} 1\n")
            .error());
  }

  @Test
  void seriesBeyondTheTenantsLimitAreRefusedAndTheOthersGoOn() {
    target.limits = "limits: {max_active_series: 2}";
    TenantSeries tenant = target.tenant();
    TargetScraper scraper = target.scraper("", tenant);
    ScrapeOutcome outcome = target.scrape(scraper, 1_000, "a 1\nb 2\nc 3\n");
    assertEquals("", outcome.error());
    Map<String, String> samples = target.output.takeAllSamples();
    assertEquals("1.0", samples.get(api("up") + " @1000"));
    assertEquals("2.0", samples.get(api("b") + " @1000"));
    assertTrue(samples.keySet().stream().noneMatch(series -> series.startsWith("c{")));
    // Where room has come, it is taken a minute later.
    target.scrape(scraper, 2_000, "a 1\nb 2\nc 3\n");
    target.output.takeAllSamples();
    target.limits = "";
    tenant.releaseScraped(6);
    target.clock.advance(Duration.ofMinutes(2));
    target.scrape(scraper, 3_000, "a 1\nb 2\nc 3\n");
    assertEquals("3.0", target.output.takeAllSamples().get(api("c") + " @3000"));
  }

  @Test
  void anUnknownContentTypeIsAnErrorUnlessThereIsAFallback() {
    assertEquals(
        "Content-Type \"\" is not supported; set fallback_scrape_protocol to read it anyway",
        target.scrape(target.scraper(""), 1_000, "", "a 1\n").error());
    target.output.takeSamples();
    assertEquals(
        "",
        target
            .scrape(
                target.scraper("fallback_scrape_protocol: PrometheusText0.0.4"), 1_000, "", "a 1\n")
            .error());
    assertEquals(Map.of(api("a") + " @1000", "1.0"), target.output.takeSamples());
  }

  @Test
  void anEmptyBodyIsAGoodScrapeOfNothing() {
    TargetScraper scraper = target.scraper("");
    target.scrape(scraper, 1_000, "a 1\n");
    target.output.takeSamples();
    assertEquals("", target.scrape(scraper, 2_000, "").error());
    assertEquals(Map.of(api("a") + " @2000", "stale"), target.output.takeSamples());
  }

  @Test
  void anotherConfigurationEndsTheSeriesThatItNoLongerLeadsTo() {
    TargetScraper scraper = target.scraper("");
    target.scrape(scraper, 1_000, "a 1\nb 2\n");
    target.output.takeSamples();
    scraper.reconfigure(
        target.settings(
            "metric_relabel_configs: [{source_labels: [__name__], regex: b, action: drop}]"));
    target.scrape(scraper, 2_000, "a 1\nb 2\n");
    assertEquals(
        Map.of(api("a") + " @2000", "1.0", api("b") + " @2000", "stale"),
        target.output.takeSamples());
  }

  @Test
  void boundsAreNormalizedOnlyWhenAskedFor() {
    String text = "# TYPE l histogram\nl_bucket{le=\"1\"} 2\nl_bucket{le=\"+Inf\"} 3\n";
    target.scrape(target.scraper(""), 1_000, text);
    assertTrue(
        target
            .output
            .takeSamples()
            .containsKey("l_bucket{instance=\"a:80\", job=\"api\", le=\"1\"} @1000"));
    target.normalizeBounds = true;
    target.scrape(target.scraper(""), 1_000, text);
    assertTrue(
        target
            .output
            .takeSamples()
            .containsKey("l_bucket{instance=\"a:80\", job=\"api\", le=\"1.0\"} @1000"));
  }

  @Test
  void aForcedErrorFailsWithoutAsking() {
    TargetScraper scraper = target.scraper("");
    target.scrape(scraper, 1_000, "a 1\n");
    target.output.takeSamples();
    scraper.forceError(Optional.of("target_limit exceeded (number of targets: 3, limit: 2)"));
    assertEquals(
        "target_limit exceeded (number of targets: 3, limit: 2)",
        target.scrape(scraper, 2_000, "a 1\n").error());
    assertEquals(Map.of(api("a") + " @2000", "stale"), target.output.takeSamples());
  }

  @Test
  void releasedTargetsDoNotCountTowardsTheLimit() {
    TenantSeries tenant = target.tenant();
    TargetScraper scraper = target.scraper("", tenant);
    target.scrape(scraper, 1_000, "a 1\nb 2\n");
    assertEquals(7, tenant.active());
    scraper.release();
    assertEquals(0, tenant.active());
  }
}
