package dev.weir.query.source;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Against servers that answer, refuse, and stall.
@Timeout(30)
class HttpCarrierTest {
  private static final byte[] QUESTION = "what is there?".getBytes(StandardCharsets.UTF_8);
  private static final byte[] START = "the start of an answer".getBytes(StandardCharsets.UTF_8);

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  private final HttpClient client = HttpClient.newHttpClient();
  private final CountDownLatch released = new CountDownLatch(1);
  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.start();
  }

  @AfterEach
  void stop() {
    released.countDown();
    client.shutdownNow();
    server.stop(0);
    threads.close();
    timer.shutdownNow();
  }

  @FunctionalInterface
  private interface Answer {
    void to(HttpExchange exchange) throws IOException, InterruptedException;
  }

  private HttpCarrier carrier(Duration timeout, Answer answer) {
    server.createContext(
        "/internal/v1/storage-node",
        exchange -> {
          try (exchange) {
            answer.to(exchange);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    URI address = URI.create("http://localhost:" + server.getAddress().getPort());
    return new HttpCarrier(client, address, timeout, timer);
  }

  private static String text(IOException failure) {
    return String.valueOf(failure.getMessage());
  }

  @Test
  void carriesTheQuestionAndTheWholeAnswer() throws IOException {
    HttpCarrier carrier =
        carrier(
            Duration.ofSeconds(20),
            exchange -> {
              byte[] question = exchange.getRequestBody().readAllBytes();
              exchange.sendResponseHeaders(200, 0);
              exchange.getResponseBody().write(question);
            });

    try (InputStream answer = carrier.ask(QUESTION)) {
      assertArrayEquals(QUESTION, answer.readAllBytes());
    }
  }

  @Test
  void aRefusalSaysWhatTheNodeSaid() {
    HttpCarrier carrier =
        carrier(
            Duration.ofSeconds(20),
            exchange -> {
              exchange.sendResponseHeaders(503, 0);
              exchange.getResponseBody().write("busy\n".getBytes(StandardCharsets.UTF_8));
            });

    IOException refused = assertThrows(IOException.class, () -> carrier.ask(QUESTION));
    assertTrue(text(refused).endsWith("answers 503: busy"), text(refused));
  }

  @Test
  void anAnswerThatStallsAfterItsHeadersIsBrokenOff() throws IOException {
    HttpCarrier carrier =
        carrier(
            Duration.ofMillis(200),
            exchange -> {
              exchange.sendResponseHeaders(200, 0);
              exchange.getResponseBody().write(START);
              exchange.getResponseBody().flush();
              released.await();
            });

    try (InputStream answer = carrier.ask(QUESTION)) {
      assertArrayEquals(START, answer.readNBytes(START.length));
      IOException stalled = assertThrows(IOException.class, answer::read);
      assertTrue(text(stalled).endsWith("/storage-node sent nothing for 200 ms"), text(stalled));
    }
  }

  @Test
  void aRefusalThatStallsIsBrokenOff() {
    HttpCarrier carrier =
        carrier(
            Duration.ofMillis(200),
            exchange -> {
              exchange.sendResponseHeaders(503, 0);
              exchange.getResponseBody().flush();
              released.await();
            });

    IOException stalled = assertThrows(IOException.class, () -> carrier.ask(QUESTION));
    assertTrue(text(stalled).endsWith("/storage-node sent nothing for 200 ms"), text(stalled));
  }
}
