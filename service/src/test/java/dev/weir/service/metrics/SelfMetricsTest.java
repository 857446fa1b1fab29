package dev.weir.service.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.service.http.HttpServer;
import dev.weir.service.http.HttpServerSettings;
import dev.weir.service.http.ListenAddress;
import dev.weir.service.http.Router;
import io.prometheus.metrics.config.PrometheusProperties;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;

class SelfMetricsTest {
  @Test
  void areServedInTheFormatThatTheClientPrefers() throws Exception {
    SelfMetrics metrics = new SelfMetrics("1.2.3");
    Router router = new Router();
    metrics.addRoutes(router);
    try (HttpServer server =
            new HttpServer(
                HttpServerSettings.defaults(new ListenAddress("localhost", 0)),
                router,
                metrics.registry());
        HttpClient client = HttpClient.newHttpClient()) {
      server.start();
      URI uri = URI.create("http://localhost:" + server.port() + "/metrics");

      HttpResponse<String> text =
          client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
      HttpResponse<String> openMetrics =
          client.send(
              HttpRequest.newBuilder(uri)
                  .header("Accept", "application/openmetrics-text; version=1.0.0")
                  .build(),
              HttpResponse.BodyHandlers.ofString());

      assertEquals(200, text.statusCode());
      assertTrue(text.body().contains("jvm_memory_used_bytes{area=\"heap\"}"), text.body());
      assertTrue(text.body().contains("version=\"1.2.3\""), text.body());
      assertTrue(openMetrics.body().endsWith("# EOF\n"), openMetrics.body());
    }
  }

  /// Exemplars would be looked for at each count, on a thread of their own.
  @Test
  void haveNoExemplars() {
    assertEquals(
        false, PrometheusProperties.get().getDefaultMetricProperties().getExemplarsEnabled());
  }
}
