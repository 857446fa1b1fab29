package dev.weir.service.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Requests whose handler waits until the client has gone or the test lets it go on.
@Timeout(30)
class ClientWatchTest {
  private static final String GET = "GET /wait HTTP/1.1\r\nHost: localhost\r\n\r\n";
  private static final String FORM =
      "POST /wait HTTP/1.1\r\nHost: localhost\r\nContent-Length: 8\r\n"
          + "Content-Type: application/x-www-form-urlencoded\r\n\r\nquery=up";
  private static final String CHUNKED =
      """
      POST /wait HTTP/1.1\r
      Host: localhost\r
      Transfer-Encoding: chunked\r
      \r
      4\r
      some\r
      0\r
      \r
      """;

  private final CountDownLatch arrived = new CountDownLatch(1);
  private final CountDownLatch goOn = new CountDownLatch(1);
  private final CountDownLatch answered = new CountDownLatch(1);
  private final AtomicInteger gone = new AtomicInteger();
  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final HttpServer server;

  ClientWatchTest() {
    Router router = new Router();
    router
        .get("/wait", this::waiting)
        .post("/wait", this::waiting)
        .get("/now", _ -> HttpResponse.text(200, "at once\n"));
    server =
        new HttpServer(
            HttpServerSettings.defaults(new ListenAddress("localhost", 0)), router, registry);
    server.start();
  }

  @AfterEach
  void stop() {
    goOn.countDown();
    server.close();
  }

  private HttpResponse waiting(HttpRequest request) {
    try (ClientPresence _ =
        request.whenClientGoes(() -> {
          gone.incrementAndGet();
          goOn.countDown();
        })) {
      arrived.countDown();
      assertTrue(goOn.await(20, TimeUnit.SECONDS));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    answered.countDown();
    return HttpResponse.text(200, "gone: " + gone.get() + "\n");
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket("localhost", server.port());
    socket.setSoTimeout(20_000);
    return socket;
  }

  private static void send(Socket socket, String request) throws IOException {
    socket.getOutputStream().write(request.getBytes(US_ASCII));
    socket.getOutputStream().flush();
  }

  /// Reads to the line that a body consists of.
  private static void assertAnswers(String body, BufferedReader in) throws IOException {
    StringBuilder seen = new StringBuilder();
    String line = in.readLine();
    while (line != null && !line.equals(body)) {
      seen.append(line).append('\n');
      line = in.readLine();
    }
    assertEquals(body, line, seen::toString);
  }

  private static BufferedReader reader(Socket socket) throws IOException {
    return new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII));
  }

  private double counted() {
    return registry.scrape().stream()
        .filter(family -> family.getMetadata().getName().equals("weir_http_clients_gone"))
        .map(CounterSnapshot.class::cast)
        .mapToDouble(family -> family.getDataPoints().getFirst().getValue())
        .sum();
  }

  @ParameterizedTest
  @ValueSource(strings = {GET, FORM, CHUNKED})
  void aClientThatClosesItsConnectionIsMissed(String request) throws Exception {
    try (Socket socket = connect()) {
      send(socket, request);
      assertTrue(arrived.await(20, TimeUnit.SECONDS));
    }
    assertTrue(answered.await(20, TimeUnit.SECONDS));
    assertEquals(1, gone.get());
    assertEquals(1, counted());
  }

  @Test
  void aClientThatResetsItsConnectionIsMissed() throws Exception {
    try (Socket socket = connect()) {
      send(socket, GET);
      assertTrue(arrived.await(20, TimeUnit.SECONDS));
      socket.setSoLinger(true, 0);
    }
    assertTrue(answered.await(20, TimeUnit.SECONDS));
    assertEquals(1, gone.get());
  }

  @Test
  void aClientThatSendsItsNextRequestEarlyIsAnsweredBoth() throws Exception {
    try (Socket socket = connect()) {
      send(socket, GET);
      assertTrue(arrived.await(20, TimeUnit.SECONDS));
      send(socket, "GET /now HTTP/1.1\r\nHost: localhost\r\n\r\n");
      // Two looks at the connection, of which the first takes a byte.
      assertFalse(goOn.await(600, TimeUnit.MILLISECONDS));
      goOn.countDown();
      BufferedReader in = reader(socket);
      assertAnswers("gone: 0", in);
      assertAnswers("at once", in);
    }
    assertEquals(0, counted());
  }

  @Test
  void aClientThatWaitsKeepsItsConnection() throws Exception {
    try (Socket socket = connect()) {
      send(socket, FORM);
      assertTrue(arrived.await(20, TimeUnit.SECONDS));
      assertFalse(goOn.await(600, TimeUnit.MILLISECONDS));
      goOn.countDown();
      BufferedReader in = reader(socket);
      assertAnswers("gone: 0", in);
      send(socket, "GET /now HTTP/1.1\r\nHost: localhost\r\n\r\n");
      assertAnswers("at once", in);
    }
    assertEquals(0, counted());
  }
}
