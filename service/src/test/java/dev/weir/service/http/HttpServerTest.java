package dev.weir.service.http;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.model.WeirException;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpServerTest {
  private static final int MAX_BODY = 1_000;
  private static final int MAX_CONCURRENT = 2;

  private final Router router = new Router();
  private final CountDownLatch arrived = new CountDownLatch(MAX_CONCURRENT);
  private final CountDownLatch leave = new CountDownLatch(1);
  private final HttpClient client = HttpClient.newHttpClient();
  private HttpServer server = serverAt(0);

  private HttpServer serverAt(int port) {
    return new HttpServer(
        new HttpServerSettings(
            new ListenAddress("localhost", port), MAX_BODY, MAX_CONCURRENT, Duration.ofSeconds(30)),
        router,
        new PrometheusRegistry());
  }

  @BeforeEach
  void start() {
    router
        .get(
            "/api/v1/label/{name}/values",
            request -> HttpResponse.text(200, request.pathParameter("name")))
        .get("/api/v1/query", HttpServerTest::echoParameters)
        .post("/api/v1/query", HttpServerTest::echoParameters)
        .post("/echo", request -> HttpResponse.of(200, "application/json", request.body()))
        .get("/long", request -> HttpResponse.text(200, "node_load1 ".repeat(1_000)))
        .get(
            "/bad",
            request -> {
              throw new WeirException.BadData("step is 0; use a positive step");
            })
        .get(
            "/broken",
            request -> {
              throw new IllegalStateException("a defect");
            })
        .get("/slow", this::waitForLeave);
    server.start();
  }

  @AfterEach
  void stop() {
    leave.countDown();
    server.close();
    client.close();
  }

  private static HttpResponse echoParameters(HttpRequest request) {
    return HttpResponse.text(
        200, request.parameter("query").orElse("-") + request.parameters("match[]"));
  }

  private HttpResponse waitForLeave(HttpRequest request) {
    arrived.countDown();
    try {
      leave.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return HttpResponse.text(200, "late");
  }

  private java.net.http.HttpRequest.Builder request(String path) {
    return java.net.http.HttpRequest.newBuilder(
        URI.create("http://localhost:" + server.port() + path));
  }

  private java.net.http.HttpResponse<String> send(java.net.http.HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return client.send(
        request.build(), java.net.http.HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
  }

  @Test
  void decodesParametersOfThePath() throws Exception {
    assertEquals("a b+c/d", send(request("/api/v1/label/a%20b+c%2Fd/values")).body());
  }

  @ParameterizedTest
  @CsvSource({
    "/api/v1/query?query=%zz",
    "/api/v1/query?query=%f",
    "/api/v1/query?query=up%ff",
    "/api/v1/query?%zz=up",
    "/api/v1/label/%zz/values"
  })
  void parametersThatAreWronglyEncodedAreTheClientsMistake(String path) throws Exception {
    assertEquals(400, rawGet(path));
  }

  /// The client of the JDK refuses to send such paths.
  private int rawGet(String path) throws IOException {
    try (Socket socket = new Socket("localhost", server.port())) {
      OutputStream out = socket.getOutputStream();
      out.write(
          ("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
              .getBytes(StandardCharsets.US_ASCII));
      out.flush();
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return Integer.parseInt(answer.split(" ", 3)[1]);
    }
  }

  @Test
  void aFormThatIsWronglyEncodedIsTheClientsMistake() throws Exception {
    var answer =
        send(
            request("/api/v1/query")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString("query=%zz")));

    assertEquals(400, answer.statusCode());
    assertTrue(
        answer.body().startsWith("the form in the body is not percent-encoded UTF-8: "),
        answer.body());
  }

  @Test
  void parametersAreBounded() throws Exception {
    // A form of names alone: the shortest parameters that there are.
    var answer = send(request("/api/v1/query?" + "a&".repeat(1_500)));
    assertEquals(200, answer.statusCode());

    try (HttpServer roomy =
        new HttpServer(
            HttpServerSettings.defaults(new ListenAddress("localhost", 0)),
            router,
            new PrometheusRegistry())) {
      roomy.start();
      var refused =
          send(
              java.net.http.HttpRequest.newBuilder(
                      URI.create("http://localhost:" + roomy.port() + "/api/v1/query"))
                  .header("Content-Type", "application/x-www-form-urlencoded")
                  .POST(BodyPublishers.ofString("a&".repeat(10_001))));
      assertEquals(400, refused.statusCode());
      assertEquals(
          "the form in the body has more than 10000 parameters; ask in several requests\n",
          refused.body());
    }
  }

  @Test
  void readsFormBeforeQueryString() throws Exception {
    assertEquals(
        "up[{a=\"1\"}, {b=\"2\"}, c]",
        send(request("/api/v1/query?query=down&match[]=c")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(
                    BodyPublishers.ofString(
                        "query=up&match[]=%7Ba%3D%221%22%7D&match[]=%7Bb%3D%222%22%7D")))
            .body());
    assertEquals("1+1[]", send(request("/api/v1/query?query=1%2B1")).body());
    assertEquals("-[]", send(request("/api/v1/query?query=")).body());
  }

  @Test
  void answersUnknownPathsAndMethods() throws Exception {
    assertEquals(404, send(request("/api/v1/nothing")).statusCode());
    assertEquals(405, send(request("/long").DELETE()).statusCode());
    java.net.http.HttpResponse<String> head =
        send(request("/long").method("HEAD", BodyPublishers.noBody()));
    assertEquals(200, head.statusCode());
    assertEquals("", head.body());
  }

  @Test
  void refusesBodiesThatAreTooLongAlsoAfterDecompression() throws Exception {
    byte[] body = "x".repeat(MAX_BODY).getBytes(StandardCharsets.UTF_8);
    byte[] longer = "x".repeat(MAX_BODY + 1).getBytes(StandardCharsets.UTF_8);

    assertEquals(200, send(request("/echo").POST(BodyPublishers.ofByteArray(body))).statusCode());
    java.net.http.HttpResponse<String> refused =
        send(request("/echo").POST(BodyPublishers.ofByteArray(longer)));
    assertEquals(413, refused.statusCode());
    assertTrue(refused.body().contains("http.max_body_bytes"), refused.body());
    assertEquals(
        413,
        send(request("/echo")
                .header("Content-Encoding", "gzip")
                .POST(BodyPublishers.ofByteArray(gzip(longer))))
            .statusCode());
    assertEquals(
        new String(body, StandardCharsets.UTF_8),
        send(request("/echo")
                .header("Content-Encoding", "gzip")
                .POST(BodyPublishers.ofByteArray(gzip(body))))
            .body());
  }

  private static byte[] gzip(byte[] plain) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(plain);
    }
    return out.toByteArray();
  }

  @Test
  void compressesForThoseWhoAsk() throws Exception {
    java.net.http.HttpResponse<byte[]> answer =
        client.send(
            request("/long").header("Accept-Encoding", "gzip").build(),
            java.net.http.HttpResponse.BodyHandlers.ofByteArray());

    assertEquals("gzip", answer.headers().firstValue("Content-Encoding").orElse("none"));
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(answer.body()))) {
      assertArrayEquals(
          "node_load1 ".repeat(1_000).getBytes(StandardCharsets.UTF_8), in.readAllBytes());
    }
  }

  @Test
  void answersFailuresByTheirType() throws Exception {
    java.net.http.HttpResponse<String> bad = send(request("/bad"));
    assertEquals(400, bad.statusCode());
    assertEquals("step is 0; use a positive step\n", bad.body());
    assertEquals(500, send(request("/broken")).statusCode());
  }

  @Test
  void aRouteIsHandledByTheThreadsThatItNames() throws Exception {
    try (ExecutorService threads =
        Executors.newCachedThreadPool(Thread.ofPlatform().name("computing-", 0).factory())) {
      router
          .on(threads)
          .post(
              "/compute",
              request ->
                  HttpResponse.text(
                      200,
                      Thread.currentThread().getName()
                          + " "
                          + new String(request.body(), StandardCharsets.UTF_8)));
      java.net.http.HttpRequest.Builder compute =
          request("/compute").POST(BodyPublishers.ofString("up"));
      assertEquals("computing-0 up", send(compute).body());
      threads.shutdown();
      java.net.http.HttpResponse<String> stopping = send(compute);
      assertEquals(503, stopping.statusCode());
      assertEquals("the server is stopping\n", stopping.body());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2_048, 128 << 10, (128 << 10) + 1, 3_000_000})
  void bodiesArriveWhole(int length) throws Exception {
    byte[] body = new byte[length];
    new Random(7).nextBytes(body);
    router.get(
        "/bytes",
        _ ->
            HttpResponse.of(
                200,
                "application/octet-stream",
                out -> {
                  int half = length / 2;
                  for (int i = 0; i < Math.min(half, 5_000); i++) {
                    out.write(body[i]);
                  }
                  out.flush();
                  out.write(body, Math.min(half, 5_000), length - Math.min(half, 5_000));
                  out.close();
                }));
    assertArrayEquals(
        body,
        client
            .send(request("/bytes").build(), java.net.http.HttpResponse.BodyHandlers.ofByteArray())
            .body());
  }

  @ParameterizedTest
  @ValueSource(ints = {10, 600_000})
  void aBodyThatFailsIsNeverTakenForWhole(int written) throws Exception {
    CountDownLatch ended = new CountDownLatch(1);
    router.get(
        "/failing",
        _ ->
            HttpResponse.of(
                    200,
                    "text/plain",
                    out -> {
                      try (out) {
                        out.write(new byte[written]);
                        throw new IOException("the block is gone");
                      }
                    })
                .whenEnded(ended::countDown));
    try {
      // If nothing has been sent yet, there is still a status to say it with.
      assertEquals(500, send(request("/failing")).statusCode());
      assertTrue(written < 128 << 10, "an answer that had begun");
    } catch (IOException _) {
      assertTrue(written > 128 << 10, "an answer that had not begun");
    }
    assertTrue(ended.await(20, TimeUnit.SECONDS));
  }

  @Test
  void aWriterMayCloseWhatFailed() throws Exception {
    CompletableFuture<Exception> failure = new CompletableFuture<>();
    CountDownLatch ended = new CountDownLatch(1);
    router.get(
        "/endless",
        _ ->
            HttpResponse.of(
                    200,
                    "text/plain",
                    out -> {
                      // Writes what it has when it is closed, as most writers do.
                      try (BufferedOutputStream writer = new BufferedOutputStream(out)) {
                        while (true) {
                          writer.write(new byte[100_000]);
                          writer.write('x');
                        }
                      } catch (IOException | RuntimeException e) {
                        failure.complete(e);
                        throw e;
                      }
                    })
                .whenEnded(ended::countDown));
    try (Socket socket = new Socket("localhost", server.port())) {
      socket
          .getOutputStream()
          .write(
              "GET /endless HTTP/1.1\r\nHost: localhost\r\n\r\n"
                  .getBytes(StandardCharsets.US_ASCII));
      assertEquals('H', socket.getInputStream().read());
    }
    assertInstanceOf(IOException.class, failure.get(20, TimeUnit.SECONDS));
    assertTrue(ended.await(20, TimeUnit.SECONDS));
  }

  @Test
  void aHeadRequestIsToldTheLengthOfTheBody() throws Exception {
    java.net.http.HttpResponse<String> head = send(request("/long").HEAD());
    assertEquals(200, head.statusCode());
    assertEquals("", head.body());
    assertEquals(11_000, head.headers().firstValueAsLong("Content-Length").orElse(-1));
  }

  @Test
  void longQueriesMayStandInTheUrl() throws Exception {
    String query = "a".repeat(100_000);
    assertEquals(query + "[]", send(request("/api/v1/query?query=" + query)).body());
    java.net.http.HttpResponse<String> longer =
        send(request("/api/v1/query?query=" + "a".repeat(200_000)));
    assertEquals(414, longer.statusCode());
    assertEquals("414 URI Too Long\n", longer.body());
  }

  @Test
  void whateverAHandlerThrowsIsAnswered() throws Exception {
    router.get(
        "/deep",
        _ -> {
          throw new StackOverflowError();
        });
    for (int i = 0; i < 2 * MAX_CONCURRENT; i++) {
      assertEquals(500, send(request("/deep")).statusCode());
    }
  }

  @Test
  void refusesMoreRequestsThanItMayWorkOn() throws Exception {
    CompletableFuture<java.net.http.HttpResponse<String>> first =
        client.sendAsync(
            request("/slow").build(), java.net.http.HttpResponse.BodyHandlers.ofString());
    CompletableFuture<java.net.http.HttpResponse<String>> second =
        client.sendAsync(
            request("/slow").build(), java.net.http.HttpResponse.BodyHandlers.ofString());
    assertTrue(arrived.await(20, TimeUnit.SECONDS));

    assertEquals(503, send(request("/long")).statusCode());
    leave.countDown();
    assertEquals("late", first.get(20, TimeUnit.SECONDS).body());
    assertEquals("late", second.get(20, TimeUnit.SECONDS).body());
  }

  @Test
  void namesAnAddressThatIsTaken() {
    try (HttpServer second = serverAt(server.port())) {
      WeirException.Unavailable error =
          assertThrows(WeirException.Unavailable.class, second::start);
      assertEquals(
          "cannot listen on localhost:%d: Address already in use; choose another address with --listen"
              .formatted(server.port()),
          error.getMessage());
    }
  }
}
