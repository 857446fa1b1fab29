package dev.weir.collectors.scrape;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.collectors.MetricValues;
import dev.weir.collectors.exposition.BodyMemory;
import dev.weir.collectors.publish.OutgoingRows;
import dev.weir.collectors.series.TenantSeries;
import dev.weir.model.Exemplar;
import dev.weir.model.Labels;
import dev.weir.model.MetricType;
import dev.weir.model.Row;
import dev.weir.model.Tenant;
import dev.weir.schemas.MetricMetadata;
import dev.weir.service.config.ScrapeConfig;
import dev.weir.testing.HeldClock;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class TargetScraperTest {
  private static final String TEXT = "text/plain; version=0.0.4";
  private static final String OPEN_METRICS = "application/openmetrics-text; version=1.0.0";

  private final HeldClock clock = HeldClock.at("2026-03-01T12:00:00Z");
  private final CapturedOutput output = new CapturedOutput();
  private Optional<ScrapedBody> body = Optional.empty();
  private String limits = "";
  private boolean normalizeBounds;
  private boolean extraMetrics;
  private PrometheusRegistry registry = new PrometheusRegistry();

  private TenantSeries tenant() {
    return ScraperFixture.tenant(limits, clock);
  }

  private TargetScraper scraper(String job) {
    return scraper(job, tenant());
  }

  private TargetScraper scraper(String job, TenantSeries tenant) {
    registry = new PrometheusRegistry();
    return new TargetScraper(
        settings(job),
        tenant,
        7,
        clock,
        output,
        new ScrapeMetrics(registry),
        new BodyMemory(1 << 20));
  }

  /// @param job further keys of the job, at the indentation of its name
  private TargetScraper.Settings settings(String job) {
    ScrapeConfig config = ScraperFixture.config("api", "a:80", "scrape_interval: 15s\n" + job);
    Target target = ScraperFixture.target(config);
    return new TargetScraper.Settings(
        target,
        config,
        new SeriesRules(target.labels(), config, Labels.EMPTY, normalizeBounds),
        _ -> body.orElseThrow(() -> new ScrapeException("connection refused", null)),
        extraMetrics);
  }

  private ScrapeOutcome scrape(TargetScraper scraper, long timestampMillis, String text) {
    return scrape(scraper, timestampMillis, TEXT, text);
  }

  private ScrapeOutcome scrape(
      TargetScraper scraper, long timestampMillis, String type, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    body = Optional.of(ScraperFixture.body(bytes, type));
    return run(scraper, timestampMillis);
  }

  private ScrapeOutcome fail(TargetScraper scraper, long timestampMillis) {
    body = Optional.empty();
    return run(scraper, timestampMillis);
  }

  private static ScrapeOutcome run(TargetScraper scraper, long timestampMillis) {
    try {
      return scraper.scrape(timestampMillis, OptionalLong.of(timestampMillis + 15_000));
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static String api(String metric) {
    return metric + "{instance=\"a:80\", job=\"api\"}";
  }

  @Test
  void samplesGetTheTargetsLabelsAndTheTimeOfTheScrape() {
    scrape(scraper(""), 1_000, "hits_total 3\nload 0.5\n");
    assertEquals(
        Map.of(api("hits_total") + " @1000", "3.0", api("load") + " @1000", "0.5"),
        output.takeSamples());
  }

  @Test
  void everyScrapeReportsOnItself() {
    TargetScraper scraper =
        scraper(
            "metric_relabel_configs: [{source_labels: [__name__], regex: debug, action: drop}]");
    scrape(scraper, 1_000, "a 1\nb 2\ndebug 3\n");
    Map<String, String> first = output.takeAllSamples();
    assertEquals("1.0", first.get(api("up") + " @1000"));
    assertEquals("3.0", first.get(api("scrape_samples_scraped") + " @1000"));
    assertEquals("2.0", first.get(api("scrape_samples_post_metric_relabeling") + " @1000"));
    assertEquals("2.0", first.get(api("scrape_series_added") + " @1000"));
    assertTrue(first.containsKey(api("scrape_duration_seconds") + " @1000"));
    assertEquals(7, first.size());
    scrape(scraper, 2_000, "a 1\nb 2\ndebug 3\n");
    assertEquals("0.0", output.takeAllSamples().get(api("scrape_series_added") + " @2000"));
    fail(scraper, 3_000);
    Map<String, String> failed = output.takeAllSamples();
    assertEquals("0.0", failed.get(api("up") + " @3000"));
    assertEquals("0.0", failed.get(api("scrape_samples_scraped") + " @3000"));
  }

  @Test
  void extraReportsAreThereWhenAskedFor() {
    extraMetrics = true;
    TargetScraper scraper = scraper("sample_limit: 5\nbody_size_limit: 1MB");
    scrape(scraper, 1_000, "a 1\n");
    Map<String, String> samples = output.takeAllSamples();
    assertEquals("10.0", samples.get(api("scrape_timeout_seconds") + " @1000"));
    assertEquals("5.0", samples.get(api("scrape_sample_limit") + " @1000"));
    assertEquals("4.0", samples.get(api("scrape_body_size_bytes") + " @1000"));
  }

  @Test
  void aSeriesThatGoesIsMarkedOnceAndMayComeBack() {
    TargetScraper scraper = scraper("");
    scrape(scraper, 1_000, "a 1\nb 2\n");
    output.takeSamples();
    scrape(scraper, 2_000, "a 1\n");
    assertEquals(
        Map.of(api("a") + " @2000", "1.0", api("b") + " @2000", "stale"), output.takeSamples());
    scrape(scraper, 3_000, "a 1\n");
    assertEquals(Map.of(api("a") + " @3000", "1.0"), output.takeSamples());
    assertEquals(1, scrape(scraper, 4_000, "a 1\nb 5\n").added());
    assertEquals(
        Map.of(api("a") + " @4000", "1.0", api("b") + " @4000", "5.0"), output.takeSamples());
  }

  @Test
  void aScrapeThatFailsMarksEverySeriesOnce() {
    TargetScraper scraper = scraper("");
    scrape(scraper, 1_000, "a 1\nb 2\n");
    output.takeSamples();
    assertEquals("connection refused", fail(scraper, 2_000).error());
    assertEquals(
        Map.of(api("a") + " @2000", "stale", api("b") + " @2000", "stale"), output.takeSamples());
    fail(scraper, 3_000);
    assertEquals(Map.of(), output.takeSamples());
    assertEquals(0, scrape(scraper, 4_000, "a 1\nb 2\n").added());
  }

  @Test
  void aBadBodyFailsTheScrapeWithItsLineAndLeavesNothingBehind() {
    TenantSeries tenant = tenant();
    TargetScraper scraper = scraper("", tenant);
    scrape(scraper, 1_000, "a 1\n");
    int active = tenant.active();
    output.takeSamples();
    ScrapeOutcome outcome = scrape(scraper, 2_000, "a 1\nnew 1\nb x\n");
    assertEquals("line 3, column 3: value \"x\" is no float, in \"b x\"", outcome.error());
    assertEquals(Map.of(api("a") + " @2000", "stale"), output.takeSamples());
    assertEquals(active, tenant.active());
    scrape(scraper, 3_000, "a 1\nnew 2\n");
    assertEquals(
        Map.of(api("a") + " @3000", "1.0", api("new") + " @3000", "2.0"), output.takeSamples());
  }

  @Test
  void theEndOfATargetMarksEverythingAlsoWhatReportsOnIt() {
    TargetScraper scraper = scraper("");
    scrape(scraper, 1_000, "a 1\n");
    output.takeAllSamples();
    scraper.end(9_000);
    Map<String, String> ended = output.takeAllSamples();
    assertEquals(6, ended.size());
    ended.forEach((series, value) -> assertEquals("stale", value, series));
    assertTrue(ended.containsKey(api("up") + " @9000"));
  }

  @Test
  void labelsThatConflictWithTheTargetsAreRenamed() {
    scrape(scraper(""), 1_000, "a{job=\"x\",instance=\"y\",exported_job=\"z\"} 1\n");
    assertEquals(
        Map.of(
            "a{exported_exported_job=\"x\", exported_instance=\"y\", exported_job=\"z\","
                + " instance=\"a:80\", job=\"api\"} @1000",
            "1.0"),
        output.takeSamples());
  }

  @Test
  void honoredLabelsWinAndTheirSeriesBelongToTheTargetThatTheyName() {
    TenantSeries tenant = tenant();
    TargetScraper scraper = scraper("honor_labels: true", tenant);
    scrape(scraper, 1_000, "a{job=\"other\",instance=\"b:90\"} 1\nc 2\n");
    List<OutgoingRows> rows = output.takeRows();
    OutgoingRows foreign =
        rows.stream().filter(r -> r.rows().group().target().isEmpty()).findFirst().orElseThrow();
    assertEquals(
        "default job=\"other\" instance=\"b:90\"",
        foreign.rows().group().partitionKey().toString());
    assertEquals(0, foreign.epoch());
    assertEquals(OptionalLong.empty(), foreign.nextDueMillis());
    assertEquals(1, tenant.pushed().size());
    fail(scraper, 2_000);
    assertEquals(
        Map.of(
            "a{instance=\"b:90\", job=\"other\"} @2000",
            "stale",
            "c{instance=\"a:80\", job=\"api\"} @2000",
            "stale"),
        output.takeSamples());
  }

  @Test
  void aHonoredLabelWithoutAValueKeepsTheTargetsAway() {
    TargetScraper scraper = scraper("honor_labels: true");
    scrape(scraper, 1_000, "a{instance=\"\"} 1\nb{job=\"\",instance=\"\"} 2\nc{d=\"\"} 3\n");
    assertEquals(
        Map.of("a{job=\"api\"} @1000", "1.0", "b @1000", "2.0", api("c") + " @1000", "3.0"),
        output.takeSamples());
    scrape(scraper(""), 1_000, "a{instance=\"\"} 1\n");
    assertEquals(Map.of(api("a") + " @1000", "1.0"), output.takeSamples());
  }

  @Test
  void theSampleAtWhichAScrapeFailsIsCounted() {
    ScrapeOutcome outcome = scrape(scraper("label_limit: 3"), 1_000, "a 1\nb{c=\"d\"} 2\ne 3\n");
    assertEquals(2, outcome.scraped());
    assertEquals(1, outcome.afterRelabelling());
    assertEquals(1, scrape(scraper(""), 1_000, "a 1\nb x\nc 3\n").scraped());
  }

  @Test
  void anExemplarIsKeptOnceAndIfItIsNotTooLong() {
    TargetScraper scraper = scraper("");
    String body = "a_total 1 # {trace_id=\"%s\"} 0.5\n# EOF\n";
    scrape(scraper, 1_000, OPEN_METRICS, body.formatted("x"));
    assertEquals(1, output.takeRows().getFirst().rows().rows().getFirst().exemplars().size());
    scrape(scraper, 2_000, OPEN_METRICS, body.formatted("x"));
    assertEquals(0, output.takeRows().getFirst().rows().rows().getFirst().exemplars().size());
    scrape(scraper, 3_000, OPEN_METRICS, body.formatted("y"));
    assertEquals(1, output.takeRows().getFirst().rows().rows().getFirst().exemplars().size());
    scrape(scraper, 4_000, OPEN_METRICS, body.formatted("é".repeat(120)));
    assertEquals(1, output.takeRows().getFirst().rows().rows().getFirst().exemplars().size());
    scrape(scraper, 5_000, OPEN_METRICS, body.formatted("é".repeat(121)));
    assertEquals(0, output.takeRows().getFirst().rows().rows().getFirst().exemplars().size());
  }

  @Test
  void anExemplarOfTheFutureIsLeftOutAndItsSampleKept() {
    TargetScraper scraper = scraper("");
    String body = "a_total 1 # {trace_id=\"x\"} 0.5 %s\n# EOF\n";
    double now = clock.instant().toEpochMilli() / 1e3;
    scrape(scraper, 1_000, OPEN_METRICS, body.formatted(now + 599));
    assertEquals(1, output.takeRows().getFirst().rows().rows().getFirst().exemplars().size());
    assertEquals(1, scrape(scraper, 2_000, OPEN_METRICS, body.formatted(now + 601)).scraped());
    assertEquals(0, output.takeRows().getFirst().rows().rows().getFirst().exemplars().size());
  }

  @Test
  void samplesWithTheirOwnTimeGoIntoRowsByTimeAndAreNotMarked() {
    TargetScraper scraper = scraper("");
    scrape(scraper, 9_000, "a 1 5000\nb 2\nc 3 6000\nd 4 5000\n");
    assertEquals(
        Map.of(
            api("a") + " @5000", "1.0",
            api("b") + " @9000", "2.0",
            api("c") + " @6000", "3.0",
            api("d") + " @5000", "4.0"),
        output.takeSamples());
    // The same sample exposed again is the same sample.
    scrape(scraper, 10_000, "a 1 5000\nb 2\n");
    assertEquals(Map.of(api("b") + " @10000", "2.0"), output.takeSamples());
  }

  @Test
  void veryManyTimesOfTheirOwnMakeSeveralRecords() {
    StringBuilder text = new StringBuilder();
    int times = 60_000;
    for (int time = 1; time <= times; time++) {
      text.append("hits_total{path=\"/%d\"} 1 %d\n".formatted(time % 1_000, time));
    }
    scrape(scraper(""), 100_000, text.toString());
    List<OutgoingRows> records = output.takeRows();
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
    scrape(scraper("honor_timestamps: false"), 9_000, "a 1 5000\n");
    assertEquals(Map.of(api("a") + " @9000", "1.0"), output.takeSamples());
    TargetScraper tracking = scraper("track_timestamps_staleness: true");
    scrape(tracking, 9_000, "a 1 5000\n");
    output.takeSamples();
    scrape(tracking, 10_000, "b 1\n");
    assertEquals(
        Map.of(api("a") + " @10000", "stale", api("b") + " @10000", "1.0"), output.takeSamples());
  }

  @Test
  void samplesThatNobodyWouldKeepAreLostOnceAndTheScrapeIsGood() {
    limits = "limits: {retention: 15d}";
    long kept = clock.millis() - Duration.ofDays(14).toMillis();
    long old = clock.millis() - Duration.ofDays(16).toMillis();
    TargetScraper scraper = scraper("");
    String text = "a 1 %d\nb 2 %d\nc 3\n".formatted(old, kept);
    assertEquals("", scrape(scraper, clock.millis(), text).error());
    assertEquals(
        Map.of(api("b") + " @" + kept, "2.0", api("c") + " @" + clock.millis(), "3.0"),
        output.takeSamples());
    assertEquals(1, lost("samples", "too_old"));
    // The same sample exposed again is the same loss.
    scrape(scraper, clock.millis() + 15_000, text);
    assertEquals(1, lost("samples", "too_old"));
  }

  @Test
  void exemplarsThatNobodyWouldKeepAreCountedAndTheirSamplesKept() {
    limits = "limits: {retention: 15d}";
    TargetScraper scraper = scraper("");
    double old = clock.millis() / 1e3 - 16 * 86_400;
    scrape(
        scraper,
        1_000,
        OPEN_METRICS,
        "a_total 1 # {trace_id=\"x\"} 0.5 %s\n# EOF\n".formatted(old));
    Row row = output.takeRows().getFirst().rows().rows().getFirst();
    assertEquals(0, row.exemplars().size());
    assertEquals(1, lost("exemplars", "too_old"));
  }

  private double lost(String what, String reason) {
    String name = "weir_collector_scraped_%s_lost".formatted(what);
    return MetricValues.value(registry, name, "job", "api", "reason", reason);
  }

  @Test
  void samplesFromTheFarFutureAreDropped() {
    long late = clock.millis() + Duration.ofMinutes(11).toMillis();
    scrape(scraper(""), clock.millis(), "a 1 " + late + "\nb 2\n");
    assertEquals(Map.of(api("b") + " @" + clock.millis(), "2.0"), output.takeSamples());
  }

  @Test
  void ofTwoSamplesOfOneSeriesTheFirstCounts() {
    scrape(
        scraper("metric_relabel_configs: [{action: labeldrop, regex: cpu}]"),
        1_000,
        "a{cpu=\"0\"} 1\na{cpu=\"1\"} 2\nb 3\nb 4\n");
    assertEquals(
        Map.of(api("a") + " @1000", "1.0", api("b") + " @1000", "3.0"), output.takeSamples());
  }

  @Test
  void tooManySamplesFailTheWholeScrape() {
    TenantSeries tenant = tenant();
    TargetScraper scraper = scraper("sample_limit: 2", tenant);
    scrape(scraper, 1_000, "a 1\nb 2\n");
    output.takeAllSamples();
    int active = tenant.active();
    ScrapeOutcome outcome = scrape(scraper, 2_000, "a 1\nb 2\nc 3\n");
    assertEquals("sample limit exceeded (sample_limit: 2, samples: 3)", outcome.error());
    assertEquals(
        Map.of(api("a") + " @2000", "stale", api("b") + " @2000", "stale"), output.takeSamples());
    assertEquals(active, tenant.active());
  }

  @Test
  void labelLimitsFailTheWholeScrape() {
    assertEquals(
        "label_limit exceeded (metric: a, number of labels: 4, limit: 3)",
        scrape(scraper("label_limit: 3"), 1_000, "a{b=\"c\"} 1\n").error());
    assertEquals(
        "label_name_length_limit exceeded (metric: a, label name: long_name, length: 9, limit: 8)",
        scrape(scraper("label_name_length_limit: 8"), 1_000, "a{long_name=\"c\"} 1\n").error());
    assertEquals(
        "label_value_length_limit exceeded (metric: a, label name: b, value: \"long value\", length: 10,"
            + " limit: 4)",
        scrape(scraper("label_value_length_limit: 4"), 1_000, "a{b=\"long value\"} 1\n").error());
  }

  @Test
  void seriesBeyondTheTenantsLimitAreRefusedAndTheOthersGoOn() {
    limits = "limits: {max_active_series: 2}";
    TenantSeries tenant = tenant();
    TargetScraper scraper = scraper("", tenant);
    ScrapeOutcome outcome = scrape(scraper, 1_000, "a 1\nb 2\nc 3\n");
    assertEquals("", outcome.error());
    Map<String, String> samples = output.takeAllSamples();
    assertEquals("1.0", samples.get(api("up") + " @1000"));
    assertEquals("2.0", samples.get(api("b") + " @1000"));
    assertTrue(samples.keySet().stream().noneMatch(series -> series.startsWith("c{")));
    // Where room has come, it is taken a minute later.
    scrape(scraper, 2_000, "a 1\nb 2\nc 3\n");
    output.takeAllSamples();
    limits = "";
    tenant.releaseScraped(6);
    clock.advance(Duration.ofMinutes(2));
    scrape(scraper, 3_000, "a 1\nb 2\nc 3\n");
    assertEquals("3.0", output.takeAllSamples().get(api("c") + " @3000"));
  }

  @Test
  void anUnknownContentTypeIsAnErrorUnlessThereIsAFallback() {
    assertEquals(
        "Content-Type \"\" is not supported; set fallback_scrape_protocol to read it anyway",
        scrape(scraper(""), 1_000, "", "a 1\n").error());
    output.takeSamples();
    assertEquals(
        "",
        scrape(scraper("fallback_scrape_protocol: PrometheusText0.0.4"), 1_000, "", "a 1\n")
            .error());
    assertEquals(Map.of(api("a") + " @1000", "1.0"), output.takeSamples());
  }

  @Test
  void anEmptyBodyIsAGoodScrapeOfNothing() {
    TargetScraper scraper = scraper("");
    scrape(scraper, 1_000, "a 1\n");
    output.takeSamples();
    assertEquals("", scrape(scraper, 2_000, "").error());
    assertEquals(Map.of(api("a") + " @2000", "stale"), output.takeSamples());
  }

  @Test
  void anUnchangedTargetKeepsItsLayoutAndAChurningOneGrowsIt() {
    TargetScraper scraper = scraper("");
    scrape(scraper, 1_000, "a 1\nb 2\nc 3\nd 4\ne 5\nf 6\n");
    OutgoingRows first = output.takeRows().getFirst();
    assertEquals(7, first.epoch());
    assertEquals(OptionalLong.of(16_000), first.nextDueMillis());
    scrape(scraper, 2_000, "a 2\nb 2\nc 3\nd 4\ne 5\nf 6\n");
    OutgoingRows second = output.takeRows().getFirst();
    assertEquals(first.rows().layout(), second.rows().layout());
    assertTrue(second.rows().rows().getFirst().isWhole());
    scrape(scraper, 3_000, "a 2\nb 2\nc 3\nd 4\ne 5\n");
    assertEquals(first.rows().layout(), output.takeRows().getFirst().rows().layout());
    scrape(scraper, 4_000, "a 2\nb 2\nc 3\nd 4\ne 5\ng 1\n");
    OutgoingRows grown = output.takeRows().getFirst();
    assertNotEquals(first.rows().layout(), grown.rows().layout());
    assertEquals(first.rows().layout().size() + 1, grown.rows().layout().size());
  }

  @Test
  void aSeriesThatIsLongGoneLeavesTheLayout() {
    TenantSeries tenant = tenant();
    TargetScraper scraper = scraper("", tenant);
    scrape(scraper, 1_000, "a 1\nb 2\n");
    int size = output.takeRows().getFirst().rows().layout().size();
    for (int i = 0; i < 25; i++) {
      scrape(scraper, 2_000 + i, "a 1\n");
    }
    clock.advance(Duration.ofMinutes(6));
    output.takeRows();
    scrape(scraper, 9_000, "a 7\n");
    OutgoingRows rows = output.takeRows().getFirst();
    assertEquals(size - 1, rows.rows().layout().size());
    assertEquals(size - 1, tenant.active());
    scrape(scraper, 10_000, "a 8\n");
    assertEquals(Map.of(api("a") + " @10000", "8.0"), output.takeSamples());
  }

  @Test
  void aLargeTargetIsDividedIntoSlicesThatKeepHistogramsTogether() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 5_000; i++) {
      text.append("hits{path=\"/%d\"} %d\n".formatted(i, i));
    }
    TargetScraper scraper = scraper("");
    scrape(scraper, 1_000, text.toString());
    List<OutgoingRows> rows = output.takeRows();
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
    scrape(scraper, 2_000, text.toString());
    assertEquals(5_000, output.takeSamples().size());
  }

  @Test
  void anotherConfigurationEndsTheSeriesThatItNoLongerLeadsTo() {
    TargetScraper scraper = scraper("");
    scrape(scraper, 1_000, "a 1\nb 2\n");
    output.takeSamples();
    scraper.reconfigure(
        settings("metric_relabel_configs: [{source_labels: [__name__], regex: b, action: drop}]"));
    scrape(scraper, 2_000, "a 1\nb 2\n");
    assertEquals(
        Map.of(api("a") + " @2000", "1.0", api("b") + " @2000", "stale"), output.takeSamples());
  }

  @Test
  void typesAreInLayoutsAndMetadataIsPublishedWhenItChanges() {
    TargetScraper scraper = scraper("");
    String text =
        """
        # TYPE hits_seconds counter
        # UNIT hits_seconds seconds
        # HELP hits_seconds %s
        hits_seconds_total 1
        # EOF
        """;
    scrape(scraper, 1_000, OPEN_METRICS, text.formatted("Hits."));
    assertTrue(
        output.takeRows().getFirst().rows().layout().series().stream()
            .anyMatch(series ->
                series.labels().metricName().equals("hits_seconds_total")
                    && series.type() == MetricType.COUNTER));
    scrape(scraper, 2_000, OPEN_METRICS, text.formatted("Hits."));
    scrape(scraper, 3_000, OPEN_METRICS, text.formatted("Better."));
    assertEquals(
        List.of(
            new MetricMetadata(
                Tenant.DEFAULT, "hits_seconds", MetricType.COUNTER, "Hits.", "seconds"),
            new MetricMetadata(
                Tenant.DEFAULT, "hits_seconds", MetricType.COUNTER, "Better.", "seconds")),
        output.metadata());
  }

  @Test
  void exemplarsTravelWithTheirRow() {
    scrape(
        scraper(""), 1_000, OPEN_METRICS, "a_total 1 # {trace_id=\"x\"} 0.5 3\nb_total 2\n# EOF\n");
    OutgoingRows rows = output.takeRows().getFirst();
    Row row = rows.rows().rows().getFirst();
    assertEquals(1, row.exemplars().size());
    Row.ColumnExemplar exemplar = row.exemplars().getFirst();
    assertEquals(
        "a_total", rows.rows().layout().series().get(exemplar.column()).labels().metricName());
    assertEquals(
        new Exemplar(Labels.of("trace_id", "x"), 0.5, OptionalLong.of(3_000)), exemplar.exemplar());
  }

  @Test
  void boundsAreNormalizedOnlyWhenAskedFor() {
    String text = "# TYPE l histogram\nl_bucket{le=\"1\"} 2\nl_bucket{le=\"+Inf\"} 3\n";
    scrape(scraper(""), 1_000, text);
    assertTrue(
        output
            .takeSamples()
            .containsKey("l_bucket{instance=\"a:80\", job=\"api\", le=\"1\"} @1000"));
    normalizeBounds = true;
    scrape(scraper(""), 1_000, text);
    assertTrue(
        output
            .takeSamples()
            .containsKey("l_bucket{instance=\"a:80\", job=\"api\", le=\"1.0\"} @1000"));
  }

  @Test
  void aForcedErrorFailsWithoutAsking() {
    TargetScraper scraper = scraper("");
    scrape(scraper, 1_000, "a 1\n");
    output.takeSamples();
    scraper.forceError(Optional.of("target_limit exceeded (number of targets: 3, limit: 2)"));
    assertEquals(
        "target_limit exceeded (number of targets: 3, limit: 2)",
        scrape(scraper, 2_000, "a 1\n").error());
    assertEquals(Map.of(api("a") + " @2000", "stale"), output.takeSamples());
  }

  @Test
  void releasedTargetsDoNotCountTowardsTheLimit() {
    TenantSeries tenant = tenant();
    TargetScraper scraper = scraper("", tenant);
    scrape(scraper, 1_000, "a 1\nb 2\n");
    assertEquals(7, tenant.active());
    scraper.release();
    assertEquals(0, tenant.active());
  }
}
