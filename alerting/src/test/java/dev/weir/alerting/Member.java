package dev.weir.alerting;

import dev.weir.service.config.AlertmanagersConfig;
import dev.weir.service.http.HttpServer;
import dev.weir.service.http.HttpServerSettings;
import dev.weir.service.http.ListenAddress;
import dev.weir.service.http.Router;
import dev.weir.service.kafka.CompactedView;
import dev.weir.service.kafka.KafkaSettings;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;

/// A member of the role with its port.
final class Member implements AutoCloseable {
  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final AlertingRole role;
  private final HttpServer server;
  private final HttpClient client = HttpClient.newHttpClient();

  Member(
      String name,
      AlertingSettings settings,
      KafkaSettings kafka,
      String config,
      AlertmanagersConfig alertmanagers,
      InstantSource clock) {
    role =
        new AlertingRole(
            settings,
            NotificationConfig.of("alertmanager.yml", config),
            alertmanagers,
            new AlertingRole.Surroundings(
                name,
                "0.1.0",
                kafka,
                Optional.empty(),
                registry,
                new CompactedView.Metrics(registry),
                clock));
    Router router = new Router();
    role.addRoutes(router);
    server = new HttpServer(serverSettings(), router, registry);
    server.start();
    role.start();
  }

  private static HttpServerSettings serverSettings() {
    return new HttpServerSettings(
        new ListenAddress("127.0.0.1", 0), 1 << 20, 100, Duration.ofSeconds(30));
  }

  AlertingRole role() {
    return role;
  }

  String url(String path) {
    return "http://127.0.0.1:%d%s".formatted(server.port(), path);
  }

  HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return client.send(
        HttpRequest.newBuilder(URI.create(url(path))).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  HttpResponse<String> post(String path, String body) throws IOException, InterruptedException {
    return client.send(
        HttpRequest.newBuilder(URI.create(url(path)))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  /// The sum of a counter over its labels.
  double counter(String name) {
    return registry.scrape(name::equals).stream()
        .flatMap(metric -> ((CounterSnapshot) metric).getDataPoints().stream())
        .mapToDouble(CounterSnapshot.CounterDataPointSnapshot::getValue)
        .sum();
  }

  /// A gauge without labels.
  double gauge(String name) {
    return registry.scrape(name::equals).stream()
        .flatMap(metric -> ((GaugeSnapshot) metric).getDataPoints().stream())
        .mapToDouble(GaugeSnapshot.GaugeDataPointSnapshot::getValue)
        .sum();
  }

  @Override
  public void close() {
    role.close();
    server.close();
  }
}
