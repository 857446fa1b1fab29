package dev.weir.service.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.service.config.HttpClientConfig;
import dev.weir.service.config.HttpClientConfig.Credentials;
import dev.weir.service.config.HttpClientConfig.Secret;
import dev.weir.service.config.HttpClientConfig.TlsConfig;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What the client does with connections, against a server whose every byte the test says.
class BlockingClientTest {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

  /// What the server does with a connection's request.
  private interface Script {
    /// @return whether the connection stays
    boolean answer(int number, Socket socket) throws IOException, InterruptedException;
  }

  private static final class EnoughException extends Exception {
    private static final long serialVersionUID = 1L;
  }

  private final List<List<String>> requests = new CopyOnWriteArrayList<>();
  private final List<Socket> open = new CopyOnWriteArrayList<>();
  private final AtomicInteger connections = new AtomicInteger();
  private final CountDownLatch closedByClient = new CountDownLatch(1);
  private volatile Script script = (_, socket) -> write(socket, OK);
  private ServerSocket server;

  @BeforeEach
  void listen() throws IOException {
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.startVirtualThread(this::accept);
  }

  @AfterEach
  void close() throws IOException {
    server.close();
    for (Socket socket : open) {
      socket.close();
    }
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        open.add(socket);
        connections.incrementAndGet();
        Thread.startVirtualThread(() -> serve(socket));
      } catch (SocketException e) {
        return;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      BufferedReader in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
      for (int number = 1; ; number++) {
        List<String> request = new ArrayList<>();
        for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
          request.add(line);
        }
        if (request.isEmpty()) {
          closedByClient.countDown();
          return;
        }
        requests.add(request);
        if (!script.answer(number, socket)) {
          return;
        }
      }
    } catch (IOException e) {
      // The client is gone.
      closedByClient.countDown();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static boolean write(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    return true;
  }

  private URI url(String host) {
    return URI.create("http://%s:%d/metrics?x=1".formatted(host, server.getLocalPort()));
  }

  private static HttpClientConfig config(Optional<Credentials> credentials) {
    return new HttpClientConfig(
        credentials, TlsConfig.DEFAULT, true, true, Optional.empty(), Map.of());
  }

  private String get(BlockingClient client, Duration timeout)
      throws IOException, InterruptedException, TimeoutException {
    return client.get(
        url("127.0.0.1"),
        Map.of("Accept", "text/plain"),
        timeout,
        answer ->
            answer.status()
                + " "
                + new String(answer.body().readAllBytes(), StandardCharsets.US_ASCII));
  }

  @Test
  void oneConnectionServesManyRequests() throws Exception {
    try (BlockingClient client = new BlockingClient(HttpClientConfig.DEFAULT)) {
      for (int i = 0; i < 5; i++) {
        assertEquals("200 ok", get(client, LONG));
      }
    }
    assertEquals(1, connections.get());
    assertEquals("GET /metrics?x=1 HTTP/1.1", requests.getFirst().getFirst());
    assertTrue(requests.getFirst().contains("Accept: text/plain"), requests.toString());
    assertTrue(
        requests.getFirst().stream().noneMatch(line -> line.startsWith("Upgrade")),
        requests.toString());
  }

  @Test
  void aKeptConnectionThatTheServerClosedIsReplaced() throws Exception {
    script =
        (number, socket) -> {
          // The second request on a connection finds it closed.
          return number == 1 && write(socket, OK);
        };
    try (BlockingClient client = new BlockingClient(HttpClientConfig.DEFAULT)) {
      assertEquals("200 ok", get(client, LONG));
      assertEquals("200 ok", get(client, LONG));
    }
    assertEquals(2, connections.get());
    assertEquals(3, requests.size());
  }

  @Test
  void aServerThatAlwaysClosesIsAskedTwice() {
    script = (_, _) -> false;
    try (BlockingClient client = new BlockingClient(HttpClientConfig.DEFAULT)) {
      assertThrows(IOException.class, () -> get(client, LONG));
    }
    assertEquals(2, requests.size());
  }

  @Test
  void aBusyServerIsNotAskedAgain() throws Exception {
    script =
        (_, socket) ->
            write(socket, "HTTP/1.1 503 Busy\r\nRetry-After: 0\r\nContent-Length: 0\r\n\r\n");
    try (BlockingClient client = new BlockingClient(HttpClientConfig.DEFAULT)) {
      assertEquals("503 ", get(client, LONG));
    }
    assertEquals(1, requests.size());
  }

  @Test
  void theTimeIsForTheWholeAnswer() {
    script =
        (_, socket) -> {
          write(socket, "HTTP/1.1 200 OK\r\nContent-Length: 2000000000\r\n\r\n");
          while (true) {
            // Each byte comes in time, the last one never.
            write(socket, "x");
          }
        };
    try (BlockingClient client = new BlockingClient(HttpClientConfig.DEFAULT)) {
      assertThrows(TimeoutException.class, () -> get(client, Duration.ofMillis(100)));
    }
  }

  @Test
  void aVirtualThreadThatIsInterruptedGivesUp() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch never = new CountDownLatch(1);
    script =
        (_, _) -> {
          asked.countDown();
          never.await();
          return false;
        };
    try (BlockingClient client = new BlockingClient(HttpClientConfig.DEFAULT)) {
      CompletableFuture<Throwable> outcome = new CompletableFuture<>();
      Thread asking =
          Thread.startVirtualThread(
              () -> outcome.complete(assertThrows(Exception.class, () -> get(client, LONG))));
      assertTrue(asked.await(30, TimeUnit.SECONDS));
      asking.interrupt();
      assertEquals(InterruptedException.class, outcome.get(30, TimeUnit.SECONDS).getClass());
      assertEquals(1, requests.size());
    }
  }

  @Test
  void theRestOfABodyThatNobodyWantsIsNotRead() throws Exception {
    script =
        (_, socket) -> {
          write(socket, "HTTP/1.1 200 OK\r\nContent-Length: 2000000000\r\n\r\nx");
          return true;
        };
    try (BlockingClient client = new BlockingClient(HttpClientConfig.DEFAULT)) {
      assertThrows(
          EnoughException.class,
          () ->
              client.get(
                  url("127.0.0.1"),
                  Map.of(),
                  LONG,
                  answer -> {
                    assertEquals('x', answer.body().read());
                    throw new EnoughException();
                  }));
      assertTrue(closedByClient.await(30, TimeUnit.SECONDS), "the connection is closed");
    }
  }

  @Test
  void credentialsStayWithTheirHost() throws Exception {
    Optional<Credentials> token =
        Optional.of(new Credentials.Token("Bearer", new Secret.Inline("s3cret")));
    String location = "HTTP/1.1 302 Found\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n";
    script =
        (_, socket) ->
            requests.size() == 1
                ? write(socket, location.formatted(url("localhost")))
                : write(socket, OK);
    try (BlockingClient client = new BlockingClient(config(token))) {
      assertEquals("302 ", get(client, LONG));
    }
    assertEquals(1, requests.size());
    requests.clear();
    try (BlockingClient client = new BlockingClient(config(Optional.empty()))) {
      assertEquals("200 ok", get(client, LONG));
    }
    requests.clear();
    script =
        (_, socket) ->
            requests.size() == 1
                ? write(socket, location.formatted("/elsewhere"))
                : write(socket, OK);
    try (BlockingClient client = new BlockingClient(config(token))) {
      assertEquals("200 ok", get(client, LONG));
    }
    assertTrue(requests.getLast().contains("Authorization: Bearer s3cret"), requests.toString());
  }

  @Test
  void redirectsThatNeverEndAreGivenUp() {
    script =
        (_, socket) ->
            write(
                socket,
                "HTTP/1.1 302 Found\r\nLocation: /again%d\r\nContent-Length: 0\r\n\r\n"
                    .formatted(requests.size()));
    try (BlockingClient client = new BlockingClient(HttpClientConfig.DEFAULT)) {
      assertThrows(IOException.class, () -> get(client, LONG));
    }
    assertEquals(6, requests.size());
  }

  @Test
  void aHostMayHaveAnUnderscore() {
    try (BlockingClient client = new BlockingClient(HttpClientConfig.DEFAULT)) {
      IOException unknown =
          assertThrows(
              IOException.class,
              () -> client.get(url("no_such_host.invalid"), Map.of(), LONG, _ -> 0));
      assertEquals(UnknownHostException.class, unknown.getClass());
    }
  }
}
