package dev.weir.collectors.scrape;

import dev.weir.collectors.series.SeriesByTenant;
import dev.weir.collectors.series.TenantSeries;
import dev.weir.model.Labels;
import dev.weir.model.Tenant;
import dev.weir.service.config.PrometheusConfig;
import dev.weir.service.config.ScrapeConfig;
import dev.weir.service.config.WeirConfig;
import java.time.InstantSource;
import java.util.Optional;

/// What a scraper is made of, for tests: a job with a target, and a tenant.
final class ScraperFixture {
  private ScraperFixture() {}

  /// A job that scrapes one target.
  ///
  /// @param job further keys of the job, at the indentation of its name
  static ScrapeConfig config(String name, String address, String job) {
    return PrometheusConfig.of(
            "prometheus.yml",
            "scrape_configs:\n- job_name: %s\n  static_configs: [{targets: ['%s']}]\n%s"
                .formatted(name, address, job.indent(2)))
        .scrapeConfigs()
        .getFirst();
  }

  /// The first target of a job.
  static Target target(ScrapeConfig config) {
    return ((DiscoveredTarget.Active)
            new TargetFactory(config, Labels.EMPTY, Optional.empty())
                .targets(config.staticConfigs())
                .getFirst())
        .target();
  }

  static TargetScraper.Settings settings(ScrapeConfig config, TargetClient client) {
    Target target = target(config);
    return new TargetScraper.Settings(
        target,
        config,
        new SeriesRules(target.labels(), config, Labels.EMPTY, false),
        client,
        false);
  }

  static ScrapedBody body(byte[] bytes, String contentType) {
    return new ScrapedBody(bytes, bytes.length, contentType, () -> {});
  }

  /// The default tenant.
  ///
  /// @param weir text of a weir.yml
  static TenantSeries tenant(String weir, InstantSource clock) {
    return new SeriesByTenant(
            WeirConfig.of("weir.yml", weir).tenants(), clock, 10, 1_000_000, _ -> {})
        .of(Tenant.DEFAULT);
  }
}
