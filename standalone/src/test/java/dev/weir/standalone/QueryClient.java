package dev.weir.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Optional;

/// Asks a server's query API, as a dashboard does.
final class QueryClient implements AutoCloseable {
  private final HttpClient http = HttpClient.newHttpClient();
  private final ObjectMapper json = new ObjectMapper();
  private final URI server;

  QueryClient(int port) {
    this.server = URI.create("http://127.0.0.1:" + port);
  }

  /// The value of an instant query; empty if there is none, or nobody answers (yet).
  ///
  /// @throws AssertionError if there are several
  Optional<Double> value(String expression) throws InterruptedException {
    HttpResponse<String> response;
    try {
      response =
          http.send(
              HttpRequest.newBuilder(
                      server.resolve("/api/v1/query?query=" + URLEncoder.encode(expression, UTF_8)))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      if (response.statusCode() != 200) {
        return Optional.empty();
      }
      JsonNode result = json.readTree(response.body()).path("data").path("result");
      if (result.size() > 1) {
        throw new AssertionError(expression + " has several values: " + response.body());
      }
      return result.isEmpty()
          ? Optional.empty()
          : Optional.of(result.get(0).path("value").get(1).asDouble());
    } catch (IOException _) {
      return Optional.empty();
    }
  }

  @Override
  public void close() {
    http.close();
  }
}
