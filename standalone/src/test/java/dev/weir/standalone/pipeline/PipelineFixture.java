package dev.weir.standalone.pipeline;

import dev.weir.service.config.WeirConfig;
import dev.weir.service.http.ListenAddress;
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
import org.junit.jupiter.api.io.TempDir;

/// A whole pipeline that scrapes itself, with everything that it needs in a directory of the test.
abstract class PipelineFixture {
  static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir private Path folder;

  final HttpClient client = HttpClient.newHttpClient();
  final List<String> lines = new CopyOnWriteArrayList<>();
  int port;

  HttpResponse<String> get(String path) {
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

  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  PipelineSettings settings() throws IOException {
    return settings("");
  }

  /// @param more of weir.yml
  PipelineSettings settings(String more) throws IOException {
    Path config =
        Files.writeString(
            folder.resolve("weir.yml"),
            "embedded_broker: {listen: \"127.0.0.1:0\", controller: \"127.0.0.1:0\"}\n" + more);
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
        true,
        Map.of());
  }
}
