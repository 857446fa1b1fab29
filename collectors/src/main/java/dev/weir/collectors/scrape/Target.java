package dev.weir.collectors.scrape;

import static java.util.Objects.requireNonNull;

import dev.weir.model.Labels;
import java.net.URI;
import java.time.Duration;

/// A target that is scraped.
///
/// @param scrapePool the `job_name` of its scrape configuration
/// @param id tells targets apart: hash of scrape pool, labels and URL, in hexadecimal
/// @param labels that its series get
/// @param discoveredLabels as they were before relabelling
/// @param spread where in the interval it is scraped: any bits, equal for equal targets
public record Target(
    String scrapePool,
    String id,
    Labels labels,
    Labels discoveredLabels,
    URI url,
    Duration interval,
    Duration timeout,
    long spread) {
  public Target {
    requireNonNull(scrapePool, "scrapePool");
    requireNonNull(id, "id");
    requireNonNull(labels, "labels");
    requireNonNull(discoveredLabels, "discoveredLabels");
    requireNonNull(url, "url");
    requireNonNull(interval, "interval");
    requireNonNull(timeout, "timeout");
  }

  /// For logs: the scrape pool and the URL.
  @Override
  public String toString() {
    return "%s %s".formatted(scrapePool, url);
  }
}
