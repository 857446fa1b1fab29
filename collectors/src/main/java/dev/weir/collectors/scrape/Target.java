package dev.weir.collectors.scrape;

import static java.util.Objects.requireNonNull;

import dev.weir.model.Labels;
import java.net.URI;
import java.time.Duration;

/// A target that is scraped.
///
/// @param scrapePool the `job_name` of its scrape configuration
/// @param id tells targets apart: hash of scrape pool, labels, attached labels and URL, in
///   hexadecimal
/// @param labels that its series get
/// @param attached that its series get where they lack them; none in most pipelines
/// @param discoveredLabels as they were before relabelling
/// @param spread where in the interval it is scraped: any bits, equal for equal targets
public record Target(
    String scrapePool,
    String id,
    Labels labels,
    Labels attached,
    Labels discoveredLabels,
    URI url,
    Duration interval,
    Duration timeout,
    long spread) {
  public Target {
    requireNonNull(scrapePool, "scrapePool");
    requireNonNull(id, "id");
    requireNonNull(labels, "labels");
    requireNonNull(attached, "attached");
    requireNonNull(discoveredLabels, "discoveredLabels");
    requireNonNull(url, "url");
    requireNonNull(interval, "interval");
    requireNonNull(timeout, "timeout");
  }

  /// What its series have beside what the target exposes.
  Labels seriesLabels() {
    return SeriesRules.withDefaults(labels, attached);
  }

  /// For logs: the scrape pool and the URL.
  @Override
  public String toString() {
    return "%s %s".formatted(scrapePool, url);
  }
}
