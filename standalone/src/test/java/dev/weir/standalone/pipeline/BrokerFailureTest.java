package dev.weir.standalone.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.service.config.WeirConfig;
import dev.weir.service.http.ListenAddress;
import dev.weir.testing.Await;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.common.utils.Exit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What becomes of a process whose broker can write no more.
class BrokerFailureTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir private Path folder;

  private final HttpClient client = HttpClient.newHttpClient();
  private final List<String> lines = new CopyOnWriteArrayList<>();
  private int port;

  private HttpResponse<String> get(String path) {
    try {
      return client.send(
          HttpRequest.newBuilder(URI.create("http://localhost:" + port + path)).build(),
          HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new AssertionError(path + " is not answered", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private PipelineSettings settings() throws IOException {
    Path config =
        Files.writeString(
            folder.resolve("weir.yml"),
            "embedded_broker: {listen: \"127.0.0.1:0\", controller: \"127.0.0.1:0\"}\n");
    Path prometheus =
        Files.writeString(
            folder.resolve("prometheus.yml"),
            """
            global: {scrape_interval: 1s}
            scrape_configs:
              - job_name: weir
                static_configs: [{targets: ["localhost:%d"]}]
            """
                .formatted(port));
    return new PipelineSettings(
        "0.1.0",
        RoleName.all(),
        Optional.of(prometheus),
        Optional.empty(),
        WeirConfig.read(config),
        folder.resolve("data"),
        new ListenAddress("localhost", port),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Features.NONE,
        Map.of());
  }

  @Test
  void readingGoesOnAndTheProcessIsNotReady() throws Exception {
    port = freePort();
    try (Pipeline pipeline = new Pipeline(settings(), lines::add)) {
      pipeline.start();
      Await.untilPasses(
          () -> {
            String body = get("/api/v1/query?query=up").body();
            assertTrue(body.contains("\"value\""), body);
          },
          PATIENCE);
      Await.untilPasses(() -> assertEquals("Weir is ready.\n", get("/-/ready").body()), PATIENCE);

      // What Kafka calls when it can write none of its directories any more.
      Exit.exit(1, "no log directory is left");

      Await.until(
          () -> lines.stream().anyMatch(line -> line.startsWith("broker     failed: ")),
          PATIENCE,
          () -> "an announcement of the failure among " + lines);
      Await.untilPasses(
          () -> assertEquals("Weir is not ready: broker, collector\n", get("/-/ready").body()),
          PATIENCE);
      assertEquals(503, get("/-/ready").statusCode());
      assertEquals(200, get("/-/healthy").statusCode());
      HttpResponse<String> up = get("/api/v1/query?query=last_over_time(up[1h])");
      assertEquals(200, up.statusCode());
      assertTrue(up.body().contains("\"value\""), up.body());
    }
  }
}
