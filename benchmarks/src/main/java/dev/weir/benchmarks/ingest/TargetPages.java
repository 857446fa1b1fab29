package dev.weir.benchmarks.ingest;

import dev.weir.service.http.HttpResponse;
import dev.weir.service.http.HttpServer;
import dev.weir.service.http.HttpServerSettings;
import dev.weir.service.http.ListenAddress;
import dev.weir.service.http.Router;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.util.function.IntFunction;

/// Targets to scrape, all on one port, each with a job of its own in the configuration that
/// [#scrapeConfig] writes.
public final class TargetPages implements AutoCloseable {
  private final String job;
  private final int targets;
  private final HttpServer server;

  /// @param job what the names of the jobs begin with
  /// @param page what a target shows now, by its number
  public TargetPages(String job, int targets, IntFunction<byte[]> page) {
    this.job = job;
    this.targets = targets;
    Router router = new Router();
    router.get(
        "/metrics/{target}",
        request ->
            HttpResponse.of(
                200,
                "text/plain; version=0.0.4",
                page.apply(Integer.parseInt(request.pathParameter("target")))));
    this.server =
        new HttpServer(
            HttpServerSettings.defaults(new ListenAddress("127.0.0.1", 0)),
            router,
            new PrometheusRegistry());
    server.start();
  }

  /// A `prometheus.yml` that scrapes them.
  public String scrapeConfig(Duration interval) {
    StringBuilder config = new StringBuilder();
    config.append(
        "global: {scrape_interval: %dms, scrape_timeout: %dms}\nscrape_configs:\n"
            .formatted(interval.toMillis(), interval.toMillis()));
    for (int i = 0; i < targets; i++) {
      config.append(
          """
            - job_name: %s-%d
              metrics_path: /metrics/%d
              static_configs: [{targets: ["127.0.0.1:%d"]}]
          """
              .formatted(job, i, i, server.port()));
    }
    return config.toString();
  }

  @Override
  public void close() {
    server.close();
  }
}
