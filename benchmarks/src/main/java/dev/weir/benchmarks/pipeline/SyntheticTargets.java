package dev.weir.benchmarks.pipeline;

import dev.weir.benchmarks.ingest.TargetPages;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/// Targets to scrape, all on one port: each has some counters, and all have a job of their own in
/// the configuration that [#scrapeConfig] writes.
final class SyntheticTargets implements AutoCloseable {
  private final TargetPages server;
  private final int seriesEach;
  private final AtomicLong scrapes = new AtomicLong();

  SyntheticTargets(int targets, int seriesEach) {
    this.seriesEach = seriesEach;
    this.server = new TargetPages("api", targets, _ -> page());
  }

  private byte[] page() {
    long scrape = scrapes.incrementAndGet();
    StringBuilder page = new StringBuilder(seriesEach * 64);
    page.append("# TYPE http_requests_total counter\n");
    for (int i = 0; i < seriesEach; i++) {
      page.append("http_requests_total{handler=\"/api/v1/")
          .append(i)
          .append("\",code=\"200\"} ")
          .append(scrape * (i % 7) + i)
          .append('\n');
    }
    return page.toString().getBytes(StandardCharsets.UTF_8);
  }

  /// A `prometheus.yml` that scrapes the targets every so many milliseconds.
  String scrapeConfig(int intervalMillis) {
    return server.scrapeConfig(Duration.ofMillis(intervalMillis));
  }

  @Override
  public void close() {
    server.close();
  }
}
