package dev.weir.standalone.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.model.Tenant;
import dev.weir.model.WeirException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Asks a server by Prometheus's HTTP API.
final class ApiClient implements AutoCloseable {

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
  private static final int EXCERPT = 200;

  /// What a server answered: the `data` of its envelope, and what it wants the reader to know.
  record Answer(JsonNode data, List<String> warnings) {
    Answer {
      warnings = List.copyOf(warnings);
    }
  }

  private final URI server;
  private final Optional<Tenant> tenant;
  private final Duration timeout;
  private final HttpClient http =
      HttpClient.newBuilder()
          .connectTimeout(CONNECT_TIMEOUT)
          .followRedirects(HttpClient.Redirect.NORMAL)
          .build();

  /// @param server the address under which the API's `/api/v1` lies
  /// @param tenant whose series to ask for; absent: the server decides
  /// @param timeout how long to wait for an answer
  ApiClient(URI server, Optional<Tenant> tenant, Duration timeout) {
    this.server = server;
    this.tenant = tenant;
    this.timeout = timeout;
  }

  /// Sends a form to an endpoint, as a query may be longer than an address.
  ///
  /// @throws WeirException with the server's own message, of the type that it names
  Answer post(String path, Map<String, String> form) {
    return send(
        HttpRequest.newBuilder(address(path))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(HttpRequest.BodyPublishers.ofString(encode(form), UTF_8)));
  }

  /// Asks an endpoint that takes no form.
  ///
  /// @throws WeirException with the server's own message, of the type that it names
  Answer get(String path) {
    return send(HttpRequest.newBuilder(address(path)));
  }

  private URI address(String path) {
    return URI.create(server.toString().replaceAll("/+$", "") + path);
  }

  private Answer send(HttpRequest.Builder request) {
    request.timeout(timeout);
    tenant.ifPresent(owner -> request.header("X-Scope-OrgID", owner.name()));
    HttpResponse<String> response;
    try {
      response = http.send(request.build(), HttpResponse.BodyHandlers.ofString(UTF_8));
    } catch (ConnectException e) {
      throw new WeirException.Unavailable(
          "%s: connection refused; is a server running there? --server says where to ask"
              .formatted(server),
          e);
    } catch (HttpTimeoutException e) {
      throw new WeirException.Unavailable(
          "%s: no answer within %d s; --timeout allows more".formatted(server, timeout.toSeconds()),
          e);
    } catch (IOException e) {
      throw new WeirException.Unavailable("%s: %s".formatted(server, e), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new WeirException.Canceled("interrupted while waiting for " + server);
    }
    return read(response);
  }

  private Answer read(HttpResponse<String> response) {
    JsonNode envelope = parse(response);
    return switch (envelope.path("status").asText()) {
      case "success" -> new Answer(envelope.path("data"), warnings(envelope));
      case "error" -> throw refused(envelope);
      default -> throw new WeirException.Unavailable(notTheApi(response));
    };
  }

  private static JsonNode parse(HttpResponse<String> response) {
    try {
      return JSON.readTree(response.body());
    } catch (JsonProcessingException e) {
      throw new WeirException.Unavailable(notTheApi(response), e);
    }
  }

  private WeirException refused(JsonNode envelope) {
    String type = envelope.path("errorType").asText();
    String error = envelope.path("error").asText().replaceAll("\\s*\\R\\s*", " ");
    String message = "%s: %s: %s".formatted(server, type, error);
    return switch (type) {
      case "bad_data", "not_found" -> new WeirException.BadData(message);
      case "timeout" -> new WeirException.TimedOut(message);
      case "canceled" -> new WeirException.Canceled(message);
      case "execution" -> new WeirException.LimitExceeded(message);
      default -> new WeirException.Unavailable(message);
    };
  }

  private static String notTheApi(HttpResponse<String> response) {
    String body = response.body().strip();
    String excerpt = body.length() > EXCERPT ? body.substring(0, EXCERPT) + "…" : body;
    return "%s answered with status %d and no answer of Prometheus's API: \"%s\""
        .formatted(response.uri(), response.statusCode(), excerpt);
  }

  private static List<String> warnings(JsonNode envelope) {
    List<String> warnings = new ArrayList<>();
    envelope.path("warnings").forEach(text -> warnings.add(text.asText()));
    envelope.path("infos").forEach(text -> warnings.add(text.asText()));
    return warnings;
  }

  private static String encode(Map<String, String> form) {
    return form.entrySet().stream()
        .map(field ->
            URLEncoder.encode(field.getKey(), UTF_8)
                + "="
                + URLEncoder.encode(field.getValue(), UTF_8))
        .collect(joining("&"));
  }

  @Override
  public void close() {
    http.close();
  }
}
