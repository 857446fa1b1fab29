package dev.weir.benchmarks.pipeline;

import dev.weir.service.http.HttpResponse;
import dev.weir.service.http.HttpServer;
import dev.weir.service.http.HttpServerSettings;
import dev.weir.service.http.ListenAddress;
import dev.weir.service.http.Router;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;

/// Targets to scrape, all on one port: each has some counters, and all have a job of their own in
/// the configuration that [#scrapeConfig] writes.
final class SyntheticTargets implements AutoCloseable {
  private final HttpServer server;
  private final int targets;
  private final int seriesEach;
  private final AtomicLong scrapes = new AtomicLong();

  SyntheticTargets(int targets, int seriesEach) {
    this.targets = targets;
    this.seriesEach = seriesEach;
    Router router = new Router();
    router.get(
        "/metrics/{target}",
        _ -> HttpResponse.of(200, "text/plain; version=0.0.4", out -> out.write(page())));
    this.server =
        new HttpServer(
            HttpServerSettings.defaults(new ListenAddress("127.0.0.1", 0)),
            router,
            new PrometheusRegistry());
    server.start();
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
    StringBuilder config = new StringBuilder();
    config.append(
        "global: {scrape_interval: %dms, scrape_timeout: %dms}\nscrape_configs:\n"
            .formatted(intervalMillis, intervalMillis));
    for (int i = 0; i < targets; i++) {
      config.append(
          """
            - job_name: api-%d
              metrics_path: /metrics/%d
              static_configs: [{targets: ["127.0.0.1:%d"]}]
          """
              .formatted(i, i, server.port()));
    }
    return config.toString();
  }

  @Override
  public void close() {
    server.close();
  }
}
