package dev.weir.collectors.scrape;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import dev.weir.collectors.exposition.BodyMemory;
import dev.weir.model.WeirException;
import dev.weir.service.config.PrometheusConfig;
import dev.weir.service.config.ScrapeConfig;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.zip.GZIPOutputStream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a target is asked, and what its answers come to, over real connections.
class HttpTargetClientTest {
  private static final String BODY = "hits_total 3\n";
  private static final int MAX_BYTES = 10_000;

  @TempDir private Path directory;
  private BodyMemory memory = new BodyMemory(1 << 20);
  private final Map<String, String> asked = new ConcurrentHashMap<>();
  private final CountDownLatch silence = new CountDownLatch(1);
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    serve(HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0));
  }

  @AfterEach
  void stop() {
    assertEquals(0, memory.taken(), "every body is given back");
    silence.countDown();
    server.stop(0);
    threads.close();
  }

  private void serve(HttpServer target) {
    server = target;
    server.setExecutor(threads);
    server.createContext(
        "/metrics", exchange -> answer(exchange, 200, BODY.getBytes(StandardCharsets.UTF_8)));
    server.createContext("/missing", exchange -> answer(exchange, 404, new byte[0]));
    server.createContext(
        "/moved",
        exchange -> {
          exchange.getResponseHeaders().set("Location", "/metrics");
          answer(exchange, 302, new byte[0]);
        });
    server.createContext(
        "/silent",
        exchange -> {
          try {
            silence.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          exchange.close();
        });
    server.createContext("/long", exchange -> answer(exchange, 200, new byte[MAX_BYTES + 1]));
    server.createContext("/zipped", exchange -> answerZipped(exchange, gzip(BODY)));
    server.createContext("/bomb", exchange -> answerZipped(exchange, gzip("x".repeat(1 << 20))));
    server.createContext(
        "/unzipped", exchange -> answerZipped(exchange, BODY.getBytes(StandardCharsets.UTF_8)));
    server.start();
  }

  private void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
    exchange
        .getRequestHeaders()
        .forEach((name, values) -> asked.put(name, String.join("|", values)));
    asked.put(":url", exchange.getRequestURI().toString());
    exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4");
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private void answerZipped(HttpExchange exchange, byte[] body) throws IOException {
    exchange.getResponseHeaders().set("Content-Encoding", "gzip");
    answer(exchange, 200, body);
  }

  private static byte[] gzip(String text) throws IOException {
    ByteArrayOutputStream compressed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(compressed)) {
      gzip.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return compressed.toByteArray();
  }

  /// @param keys further keys of the job
  private ScrapeConfig config(String path, String... keys) throws IOException {
    StringBuilder yaml =
        new StringBuilder(
            """
            scrape_configs:
            - job_name: api
              scrape_interval: 15s
              metrics_path: %s
              static_configs: [{targets: ["127.0.0.1:%d"]}]
            """
                .formatted(path, server.getAddress().getPort()));
    for (String key : keys) {
      yaml.append("  ").append(key).append('\n');
    }
    Path file = directory.resolve("prometheus.yml");
    Files.writeString(file, yaml);
    return PrometheusConfig.read(file).scrapeConfigs().getFirst();
  }

  private String fetch(String path, String... keys) throws Exception {
    ScrapeConfig config = config(path, keys);
    Target target = ScraperFixture.target(config);
    try (HttpTargetClient client = new HttpTargetClient(config, "Weir/test", MAX_BYTES, memory);
        ScrapedBody body = client.fetch(target)) {
      assertTrue(memory.taken() >= body.length());
      assertEquals("text/plain; version=0.0.4", body.contentType());
      return new String(body.bytes(), 0, body.length(), StandardCharsets.UTF_8);
    }
  }

  private String failure(String path, String... keys) {
    return assertThrows(ScrapeException.class, () -> fetch(path, keys)).getMessage();
  }

  private String url(String path) {
    return "http://127.0.0.1:%d%s".formatted(server.getAddress().getPort(), path);
  }

  @Test
  void asksAsPrometheusDoes() throws Exception {
    assertEquals(BODY, fetch("/metrics", "params: {'match[]': [up, 'a b'], x: [y]}"));
    assertEquals(
        "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,"
            + "application/openmetrics-text;version=0.0.1;q=0.5,"
            + "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,"
            + "text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
        asked.get("Accept"));
    assertEquals("identity", asked.get("Accept-encoding"), "this machine");
    assertEquals("Weir/test", asked.get("User-agent"));
    assertEquals("10", asked.get("X-prometheus-scrape-timeout-seconds"));
    assertEquals("/metrics?match%5B%5D=up&match%5B%5D=a+b&x=y", asked.get(":url"));
    fetch("/metrics", "enable_compression: true");
    assertEquals("gzip", asked.get("Accept-encoding"));
    fetch("/metrics", "enable_compression: false", "scrape_protocols: [PrometheusText0.0.4]");
    assertEquals("identity", asked.get("Accept-encoding"));
    assertEquals("text/plain;version=0.0.4;q=0.6,*/*;q=0.5", asked.get("Accept"));
  }

  @Test
  void knowsItsOwnMachineWithoutAskingForNames() {
    for (String host : List.of("localhost", "127.0.0.1", "127.8.0.9", "[::1]")) {
      assertTrue(HttpTargetClient.isLoopback(host), host);
    }
    for (String host : List.of("10.0.0.1", "127", "localhost.example.org", "[::2]", "node-127")) {
      assertFalse(HttpTargetClient.isLoopback(host), host);
    }
    assertFalse(HttpTargetClient.isLoopback(URI.create("http://node_1:9100/metrics").getHost()));
  }

  @Test
  void sendsTheCredentialsOfTheConfiguration() throws Exception {
    fetch("/metrics", "basic_auth: {username: weir, password: s3cret}");
    assertEquals("Basic d2VpcjpzM2NyZXQ=", asked.get("Authorization"));
    fetch("/metrics", "authorization: {type: Token, credentials: abc}");
    assertEquals("Token abc", asked.get("Authorization"));
    Path secret = directory.resolve("token");
    Files.writeString(secret, "from-a-file\n");
    fetch("/metrics", "bearer_token_file: token");
    assertEquals("Bearer from-a-file", asked.get("Authorization"));
    fetch("/metrics", "http_headers: {X-Team: {values: [a, b]}}");
    assertEquals("a|b", asked.get("X-team"));
    Files.delete(secret);
    assertTrue(
        failure("/metrics", "bearer_token_file: token")
            .startsWith("Get \"%s\": secret in ".formatted(url("/metrics"))));
  }

  @Test
  void gzipIsUncompressed() throws Exception {
    assertEquals(BODY, fetch("/zipped"));
    assertEquals("the body is no gzip: Not in GZIP format", failure("/unzipped"));
  }

  @Test
  void bodiesAreBoundedBeforeAndAfterCompression() {
    String limit = "body size limit exceeded (%s: %d bytes)";
    assertEquals(limit.formatted("collector.max_scrape_body_bytes", MAX_BYTES), failure("/long"));
    assertEquals(limit.formatted("collector.max_scrape_body_bytes", MAX_BYTES), failure("/bomb"));
    assertEquals(limit.formatted("body_size_limit", 5), failure("/metrics", "body_size_limit: 5B"));
    assertEquals(limit.formatted("body_size_limit", 5), failure("/zipped", "body_size_limit: 5B"));
  }

  @Test
  void bodiesInWorkAreBoundedTogether() throws Exception {
    memory = new BodyMemory(8_000);
    String limit =
        "the bodies of scrapes in work take all the memory that they may take together"
            + " (collector.max_scrape_bodies_bytes: 8000 bytes); raise it, or limit bodies with"
            + " body_size_limit";
    assertEquals(limit, failure("/bomb"));
    memory = new BodyMemory(30_000);
    BodyMemory.Share others = memory.share();
    assertTrue(others.take(25_000));
    assertEquals(limit.replace("8000", "30000"), failure("/metrics"));
    others.close();
    assertEquals(BODY, fetch("/metrics"));
  }

  @Test
  void saysWhyThereIsNoAnswer() throws Exception {
    assertEquals("server returned HTTP status 404", failure("/missing"));
    assertEquals(
        "Get \"%s\": no whole answer within 0.05 s".formatted(url("/silent")),
        failure("/silent", "scrape_timeout: 50ms"));
    server.stop(0);
    assertEquals("Get \"%s\": connection refused".formatted(url("/metrics")), failure("/metrics"));
  }

  @Test
  void redirectsAreFollowedUnlessForbidden() throws Exception {
    assertEquals(BODY, fetch("/moved"));
    assertEquals("server returned HTTP status 302", failure("/moved", "follow_redirects: false"));
  }

  @Test
  void certificatesAreCheckedAsTheConfigurationSays() throws Exception {
    KeyPair serverKeys = KeyPair.generate(directory, "server");
    KeyPair clientKeys = KeyPair.generate(directory, "client");
    server.stop(0);
    HttpsServer https =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    SSLContext context = serverKeys.contextThatTrusts(clientKeys);
    https.setHttpsConfigurator(
        new HttpsConfigurator(context) {
          @Override
          public void configure(HttpsParameters parameters) {
            SSLParameters needsClient = context.getDefaultSSLParameters();
            needsClient.setNeedClientAuth(true);
            parameters.setSSLParameters(needsClient);
          }
        });
    serve(https);
    String client = "cert_file: client.crt, key_file: client.key";
    assertEquals(
        BODY,
        fetch(
            "/metrics",
            "scheme: https",
            "tls_config: {ca_file: server.crt, %s}".formatted(client)));
    assertEquals(
        BODY,
        fetch(
            "/metrics",
            "scheme: https",
            "tls_config: {insecure_skip_verify: true, %s}".formatted(client)));
    for (String tls :
        List.of(
            "{%s}".formatted(client),
            "{ca_file: server.crt}",
            "{ca_file: client.crt, %s}".formatted(client))) {
      asked.clear();
      assertTrue(
          failure("/metrics", "scheme: https", "tls_config: " + tls).startsWith("Get \"https://"));
      assertEquals(Map.of(), asked, tls);
    }
    assertThrows(
        WeirException.BadData.class,
        () -> fetch("/metrics", "scheme: https", "tls_config: {ca_file: none.crt}"));
  }

  @Test
  void http2IsUsedOverTlsWhereTheTargetHasIt() throws Exception {
    // This server has HTTP/1.1 alone: asking for more must not stand in the way.
    KeyPair keys = KeyPair.generate(directory, "server");
    server.stop(0);
    HttpsServer https =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    https.setHttpsConfigurator(new HttpsConfigurator(keys.contextThatTrusts(keys)));
    serve(https);
    for (String http2 : List.of("true", "false")) {
      assertEquals(
          BODY,
          fetch(
              "/metrics",
              "scheme: https",
              "enable_http2: " + http2,
              "tls_config: {ca_file: server.crt}"));
    }
    assertEquals("Weir/test", requireNonNull(asked.get("User-agent")));
  }
}
