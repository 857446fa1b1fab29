package dev.weir.collectors.scrape;

import dev.weir.collectors.exposition.BodyMemory;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.List;

/// What is counted of scraping. Labels are names of jobs, which the configuration bounds.
public final class ScrapeMetrics {
  private final PrometheusRegistry registry;
  private final Counter scrapes;
  private final Histogram duration;
  private final Histogram lateness;
  private final Counter bytes;
  private final Counter bodies;
  private final Counter samples;
  private final Counter lost;
  private final Counter exemplarsLost;
  private final Counter skipped;
  private final Gauge targets;

  public ScrapeMetrics(PrometheusRegistry registry) {
    this.registry = registry;
    scrapes =
        counter(registry, "weir_collector_scrapes_total", "Scrapes, by result.", "job", "result");
    duration =
        Histogram.builder()
            .name("weir_collector_scrape_duration_seconds")
            .help("Time from the start of a scrape to its rows.")
            .labelNames("job")
            .classicOnly()
            .classicUpperBounds(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
            .register(registry);
    lateness =
        Histogram.builder()
            .name("weir_collector_scrape_lateness_seconds")
            .help("Time from when a scrape was due to when it started.")
            .classicOnly()
            .classicUpperBounds(0.001, 0.002, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5)
            .register(registry);
    bytes = counter(registry, "weir_collector_scraped_bytes_total", "Uncompressed bodies.", "job");
    bodies =
        counter(
            registry,
            "weir_collector_scraped_bodies_total",
            "Bodies, by whether their series were those of the last one and only values were read.",
            "read");
    samples =
        counter(registry, "weir_collector_scraped_samples_total", "Samples in bodies.", "job");
    lost =
        counter(
            registry,
            "weir_collector_scraped_samples_lost_total",
            "Samples in bodies that are not stored, by reason, without those that relabelling drops.",
            "job",
            "reason");
    exemplarsLost =
        counter(
            registry,
            "weir_collector_scraped_exemplars_lost_total",
            "Exemplars in bodies that are not kept, by reason.",
            "job",
            "reason");
    skipped =
        counter(
            registry,
            "weir_collector_scrapes_skipped_total",
            "Scrapes left out because the one before took longer than the interval.",
            "job");
    targets =
        Gauge.builder()
            .name("weir_collector_targets")
            .help("Targets that discovery found, by what became of them.")
            .labelNames("job", "state")
            .register(registry);
  }

  /// Shows the memory that bodies take.
  void watch(BodyMemory inWork, BodyMemory kept) {
    gauge(
        "weir_collector_scrape_bodies_bytes",
        "Memory of the bodies of scrapes in work, bounded by collector.max_scrape_bodies_bytes.",
        inWork);
    gauge(
        "weir_collector_kept_bodies_bytes",
        "Memory of the last bodies of targets, bounded by collector.max_kept_bodies_bytes.",
        kept);
  }

  private void gauge(String name, String help, BodyMemory memory) {
    GaugeWithCallback.builder()
        .name(name)
        .help(help)
        .callback(callback -> callback.call((double) memory.taken()))
        .register(registry);
  }

  private static Counter counter(
      PrometheusRegistry registry, String name, String help, String... labels) {
    return Counter.builder().name(name).help(help).labelNames(labels).register(registry);
  }

  void scraped(String job, ScrapeOutcome outcome) {
    scrapes.labelValues(job, outcome.error().isEmpty() ? "ok" : "failed").inc();
    duration.labelValues(job).observe(outcome.durationSeconds());
    samples.labelValues(job).inc(outcome.scraped());
    bytes.labelValues(job).inc(Math.max(0, outcome.bodyBytes()));
  }

  void bodyRead(boolean valuesOnly) {
    bodies.labelValues(valuesOnly ? "values" : "whole").inc();
  }

  void lost(String job, String reason, long count) {
    if (count > 0) {
      lost.labelValues(job, reason).inc(count);
    }
  }

  void exemplarsLost(String job, String reason, int count) {
    if (count > 0) {
      exemplarsLost.labelValues(job, reason).inc(count);
    }
  }

  void late(double seconds) {
    lateness.observe(seconds);
  }

  void skipped(String job, long count) {
    if (count > 0) {
      skipped.labelValues(job).inc(count);
    }
  }

  void targets(String job, int active, int dropped, int unusable) {
    targets.labelValues(job, "active").set(active);
    targets.labelValues(job, "dropped").set(dropped);
    targets.labelValues(job, "unusable").set(unusable);
  }

  /// Removes the gauges of a job that is gone.
  void forget(String job) {
    for (String state : List.of("active", "dropped", "unusable")) {
      targets.remove(job, state);
    }
  }
}
