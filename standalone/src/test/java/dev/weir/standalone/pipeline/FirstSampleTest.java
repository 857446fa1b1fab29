package dev.weir.standalone.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.weir.model.Tenant;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Against a query API that has a sample from the third question on.
class FirstSampleTest {
  private static final String NOTHING =
      "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[]}}";
  private static final String A_SAMPLE =
      "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[{\"metric\":{},"
          + "\"value\":[1767225601,\"1767225600.5\"]}]}}";

  private final List<String> questions = new CopyOnWriteArrayList<>();
  private final LinkedBlockingQueue<String> announced = new LinkedBlockingQueue<>();
  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/api/v1/query", this::answer);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      questions.add(
          exchange.getRequestHeaders().getFirst("X-Scope-OrgID")
              + " "
              + URLDecoder.decode(exchange.getRequestURI().getRawQuery(), UTF_8));
      byte[] body = (questions.size() < 3 ? NOTHING : A_SAMPLE).getBytes(UTF_8);
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  @Test
  void asksAsTheTenantForASampleSinceTheStartUntilThereIsOne() throws InterruptedException {
    URI uri = URI.create("http://localhost:" + server.getAddress().getPort());
    try (FirstSample _ =
        FirstSample.watch(
            uri,
            new Tenant("team-a"),
            Instant.parse("2026-01-01T00:00:00.250Z"),
            System.nanoTime(),
            announced::add)) {
      String line = announced.poll(30, TimeUnit.SECONDS);
      assertTrue(line != null && line.startsWith("first sample queryable after "), line);
    }
    String question = "team-a query=timestamp(up) >= 1767225600.250";
    assertEquals(List.of(question, question, question), questions);
  }

  @ParameterizedTest
  @CsvSource({"0s, 100ms", "5s, 100ms", "50s, 1000ms", "500s, 10000ms", "5000s, 10000ms"})
  void asksLessOftenTheLongerItTakes(String waited, String pause) {
    assertEquals(duration(pause), FirstSample.pauseAfter(duration(waited)));
  }

  private static Duration duration(String text) {
    return Duration.parse(
        text.endsWith("ms")
            ? "PT%sS".formatted(Integer.parseInt(text.replace("ms", "")) / 1000.0)
            : "PT" + text.toUpperCase(Locale.ROOT));
  }
}
