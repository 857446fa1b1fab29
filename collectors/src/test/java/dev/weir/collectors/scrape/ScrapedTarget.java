package dev.weir.collectors.scrape;

import dev.weir.collectors.MetricValues;
import dev.weir.collectors.exposition.BodyMemory;
import dev.weir.collectors.series.TenantSeries;
import dev.weir.model.Labels;
import dev.weir.service.config.ScrapeConfig;
import dev.weir.testing.HeldClock;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalLong;

/// A target, `a:80` of job `api`, that a test scrapes by hand.
final class ScrapedTarget {
  static final String OPEN_METRICS = "application/openmetrics-text; version=1.0.0";

  private static final String TEXT = "text/plain; version=0.0.4";

  final HeldClock clock = HeldClock.at("2026-03-01T12:00:00Z");
  final CapturedOutput output = new CapturedOutput();

  /// The tenant's, as `weir.yml` has them.
  String limits = "";

  boolean normalizeBounds;
  boolean extraMetrics;
  private Optional<ScrapedBody> body = Optional.empty();
  private PrometheusRegistry registry = new PrometheusRegistry();

  TenantSeries tenant() {
    return ScraperFixture.tenant(limits, clock);
  }

  TargetScraper scraper(String job) {
    return scraper(job, tenant());
  }

  TargetScraper scraper(String job, TenantSeries tenant) {
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
  TargetScraper.Settings settings(String job) {
    ScrapeConfig config = ScraperFixture.config("api", "a:80", "scrape_interval: 15s\n" + job);
    Target target = ScraperFixture.target(config);
    return new TargetScraper.Settings(
        target,
        config,
        new SeriesRules(target.labels(), config, Labels.EMPTY, normalizeBounds),
        _ -> body.orElseThrow(() -> new ScrapeException("connection refused", null)),
        extraMetrics);
  }

  ScrapeOutcome scrape(TargetScraper scraper, long timestampMillis, String text) {
    return scrape(scraper, timestampMillis, TEXT, text);
  }

  ScrapeOutcome scrape(TargetScraper scraper, long timestampMillis, String type, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    body = Optional.of(ScraperFixture.body(bytes, type));
    return run(scraper, timestampMillis);
  }

  /// A scrape that nobody answers.
  ScrapeOutcome fail(TargetScraper scraper, long timestampMillis) {
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

  /// A series of the target.
  static String api(String metric) {
    return metric + "{instance=\"a:80\", job=\"api\"}";
  }

  /// How often the last scraper lost one of `what`.
  double lost(String what, String reason) {
    String name = "weir_collector_scraped_%s_lost".formatted(what);
    return MetricValues.value(registry, name, "job", "api", "reason", reason);
  }
}
