package dev.weir.benchmarks.ingest;

import dev.weir.benchmarks.query.RecordedInstances.Instance;
import dev.weir.model.AbsentValue;
import dev.weir.model.FloatText;
import dev.weir.model.LabelText;
import dev.weir.model.Labels;
import dev.weir.service.http.HttpResponse;
import dev.weir.service.http.HttpServer;
import dev.weir.service.http.HttpServerSettings;
import dev.weir.service.http.ListenAddress;
import dev.weir.service.http.Router;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/// Recorded instances as targets to scrape, all on one port. Every scraper sees the same page at
/// the same time: pages are written before, and the next one is shown every interval.
public final class RecordedTargets implements AutoCloseable {
  private final List<Instance> instances;
  private final byte[][][] pages;
  private final long intervalNanos;
  private final long begunNanos = System.nanoTime();
  private final HttpServer server;

  /// @param scrapes pages of each instance, after which they begin again, as after a restart
  public RecordedTargets(List<Instance> instances, int scrapes, Duration interval) {
    this.instances = instances;
    this.intervalNanos = interval.toNanos();
    this.pages =
        instances.stream()
            .map(instance -> {
              byte[][] ofInstance = new byte[scrapes][];
              for (int scrape = 0; scrape < scrapes; scrape++) {
                ofInstance[scrape] = page(instance, scrape);
              }
              return ofInstance;
            })
            .toArray(byte[][][]::new);
    Router router = new Router();
    router.get(
        "/metrics/{target}",
        request ->
            HttpResponse.of(
                200,
                "text/plain; version=0.0.4",
                current(Integer.parseInt(request.pathParameter("target")))));
    this.server =
        new HttpServer(
            HttpServerSettings.defaults(new ListenAddress("127.0.0.1", 0)),
            router,
            new PrometheusRegistry());
    server.start();
  }

  private byte[] current(int target) {
    long number = (System.nanoTime() - begunNanos) / intervalNanos;
    byte[][] all = pages[target];
    return all[(int) (number % all.length)];
  }

  /// A scrape in Prometheus's text format, without types: peers of all ages read the same.
  private static byte[] page(Instance instance, int scrape) {
    double[] values = instance.scrape(scrape);
    StringBuilder page = new StringBuilder(values.length * 64);
    for (int i = 0; i < values.length; i++) {
      if (!AbsentValue.is(values[i])) {
        appendSeries(page, instance.series().get(i).labels());
        page.append(' ').append(FloatText.plain(values[i])).append('\n');
      }
    }
    return page.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static void appendSeries(StringBuilder page, Labels labels) {
    page.append(labels.metricName()).append('{');
    labels.forEach((name, value) -> {
      if (!name.equals("__name__") && !name.equals("job") && !name.equals("instance")) {
        page.append(name).append('=').append(LabelText.quote(value)).append(',');
      }
    });
    page.append('}');
  }

  /// A `prometheus.yml` that scrapes them.
  public String scrapeConfig(Duration interval) {
    StringBuilder config = new StringBuilder();
    config.append(
        "global: {scrape_interval: %dms, scrape_timeout: %dms}%nscrape_configs:%n"
            .formatted(interval.toMillis(), interval.toMillis()));
    for (int i = 0; i < instances.size(); i++) {
      config.append(
          """
            - job_name: recorded-%d
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
