package dev.weir.collectors.write;

import static dev.weir.collectors.MetricValues.value;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.collectors.publish.OutgoingRows;
import dev.weir.collectors.series.SeriesByTenant;
import dev.weir.model.WeirException;
import dev.weir.schemas.MetricMetadata;
import dev.weir.service.config.WeirConfig;
import dev.weir.service.http.HttpServer;
import dev.weir.service.http.HttpServerSettings;
import dev.weir.service.http.ListenAddress;
import dev.weir.service.http.Router;
import dev.weir.testing.Await;
import dev.weir.testing.HeldClock;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.xerial.snappy.Snappy;

/// What a sender is answered over HTTP. Kafka is a future that the test completes.
class RemoteWriteHandlerTest {
  private static final Duration DEADLINE = Duration.ofSeconds(30);
  private static final int MAX_BYTES = 4_096;

  /// An entry of metadata whose name, field 2, is not UTF-8.
  private static final byte[] NOT_UTF_8 = {2 << 3 | 2, 1, (byte) 0xff};

  private static final List<String> HITS =
      List.of("__name__", "hits_total", "instance", "a:80", "job", "api");

  private final HeldClock clock = HeldClock.at("2026-03-01T12:00:00Z");
  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final List<OutgoingRows> published = Collections.synchronizedList(new ArrayList<>());
  private final List<MetricMetadata> metadata = Collections.synchronizedList(new ArrayList<>());
  private volatile CompletableFuture<Void> kafka = CompletableFuture.completedFuture(null);
  private volatile Duration timeout = DEADLINE;
  private final HttpClient client = HttpClient.newHttpClient();
  private HttpServer server;

  @BeforeEach
  void start() {
    WriteMetrics metrics = new WriteMetrics(registry);
    SeriesByTenant tenants =
        new SeriesByTenant(
            WeirConfig.of(
                    "weir.yml",
                    """
                    tenants: {small: {max_active_series: 1}, brief: {retention: 2d}}
                    limits: {max_active_series: 100}
                    """)
                .tenants(),
            clock,
            3,
            50,
            metrics::forget);
    Router router = new Router();
    Map<Duration, RemoteWriteHandler> byTimeout = new TreeMap<>();
    router.post(
        "/api/v1/write",
        request -> {
          RemoteWriteHandler handler;
          synchronized (byTimeout) {
            handler =
                byTimeout.computeIfAbsent(
                    timeout,
                    limit ->
                        new RemoteWriteHandler(
                            new RemoteWriteHandler.Settings(MAX_BYTES, 1, limit),
                            tenants,
                            rows -> {
                              published.addAll(rows);
                              return kafka;
                            },
                            metadata::add,
                            clock,
                            metrics));
          }
          return handler.handle(request);
        });
    server =
        new HttpServer(
            new HttpServerSettings(
                new ListenAddress("127.0.0.1", 0), MAX_BYTES, 16, Duration.ofMinutes(1)),
            router,
            registry);
    server.start();
  }

  @AfterEach
  void stop() {
    client.close();
    server.close();
  }

  private static byte[] snappy(WriteMessage message) {
    try {
      return Snappy.compress(message.toBytes());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static WriteMessage hits() {
    return new WriteMessage().series(HITS, Map.of(1_000L, 3.0));
  }

  /// @param headers names and values, which win
  private HttpRequest request(byte[] body, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + "/api/v1/write"))
            .setHeader("Content-Type", "application/x-protobuf")
            .setHeader("Content-Encoding", "snappy")
            .setHeader("X-Prometheus-Remote-Write-Version", "0.1.0")
            .POST(HttpRequest.BodyPublishers.ofByteArray(body));
    for (int i = 0; i < headers.length; i += 2) {
      request.setHeader(headers[i], headers[i + 1]);
    }
    return request.build();
  }

  /// The answer, as its status and its text.
  private String post(byte[] body, String... headers) {
    return client
        .sendAsync(request(body, headers), HttpResponse.BodyHandlers.ofString())
        .thenApply(RemoteWriteHandlerTest::shown)
        .orTimeout(DEADLINE.toSeconds(), TimeUnit.SECONDS)
        .join();
  }

  private static String shown(HttpResponse<String> answer) {
    return (answer.statusCode() + " " + answer.body()).strip();
  }

  @Test
  void isAnsweredWhenKafkaHasTheSamplesAndNotBefore() {
    CompletableFuture<Void> acknowledgement = new CompletableFuture<>();
    kafka = acknowledgement;
    CompletableFuture<HttpResponse<String>> answer =
        client.sendAsync(request(snappy(hits())), HttpResponse.BodyHandlers.ofString());
    Await.until(() -> published.size() == 1, DEADLINE, () -> "rows to be published");
    assertFalse(answer.isDone());
    acknowledgement.complete(null);
    assertEquals("204", shown(answer.orTimeout(30, TimeUnit.SECONDS).join()));
    assertEquals(1, value(registry, "weir_collector_written_samples", "tenant", "default"));
  }

  @Test
  void belongsToTheTenantThatTheHeaderNames() {
    assertEquals("204", post(snappy(hits()), "X-Scope-OrgID", "team-a"));
    assertEquals("204", post(snappy(hits())));
    assertEquals(
        List.of("team-a", "default"),
        published.stream().map(rows -> rows.rows().group().tenant().name()).toList());
    assertEquals(
        "400 tenant \"a/b\": character '/' is not allowed; use letters, digits and !-_.*'()",
        post(snappy(hits()), "X-Scope-OrgID", "a/b"));
  }

  @Test
  void whatIsNoMessageIsTheSendersFault() {
    assertEquals(
        "400 the body is not snappy-compressed: FAILED_TO_UNCOMPRESS(5)",
        post(new byte[] {20, 1, 2, 3}));
    assertEquals("400", post(new byte[0]).substring(0, 3));
    assertEquals(
        "400 not a protobuf message: tag 7 names no field, at byte 1",
        post(snappyOf(new byte[] {7, 1, 2, 3})));
    assertEquals(List.of(), published);
  }

  private static byte[] snappyOf(byte[] bytes) {
    try {
      return Snappy.compress(bytes);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void labelsThatMakeNoSenseAreTheSendersFaultAndTheRestIsTaken() {
    assertEquals(
        "400 1 series and 1 sample were refused, the rest was taken: series {job=\"api\"}: has no"
            + " __name__; give it one",
        post(snappy(hits().series(List.of("job", "api"), Map.of(1_000L, 1.0)))));
    assertEquals(1, published.size());
    assertEquals(
        1,
        value(
            registry,
            "weir_collector_write_refusals",
            "tenant",
            "default",
            "reason",
            "invalid_labels"));
  }

  @Test
  void samplesThatTheTenantDoesNotKeepAreTheSendersFaultAndTheRestIsTaken() {
    long now = clock.millis();
    assertEquals(
        "400 0 series and 1 sample were refused, the rest was taken: series"
            + " hits_total{instance=\"a:80\", job=\"api\"}: timestamp 1000 is older than"
            + " tenants.brief.retention allows: 2d",
        post(
            snappy(new WriteMessage().series(HITS, Map.of(1_000L, 3.0, now, 4.0))),
            "X-Scope-OrgID",
            "brief"));
    assertEquals(1, value(registry, "weir_collector_written_samples", "tenant", "brief"));
    assertEquals(
        1,
        value(registry, "weir_collector_write_refusals", "tenant", "brief", "reason", "too_old"));
  }

  @Test
  void otherVersionsAndCompressionsAreNotSupported() {
    assertEquals(
        "415 Content-Type \"application/x-protobuf;proto=io.prometheus.write.v2.Request\" is not"
            + " supported; send remote write 1.0 (application/x-protobuf)",
        post(
            snappy(hits()),
            "Content-Type",
            "application/x-protobuf;proto=io.prometheus.write.v2.Request"));
    assertEquals(
        "415 Content-Type \"application/json\" is not supported; send remote write 1.0"
            + " (application/x-protobuf)",
        post(snappy(hits()), "Content-Type", "application/json"));
    assertEquals(
        "204",
        post(
            snappy(hits()),
            "Content-Type",
            "application/x-protobuf;proto=prometheus.WriteRequest"));
    assertEquals(
        "415 Content-Encoding \"zstd\" is not supported; send snappy",
        post(snappy(hits()), "Content-Encoding", "zstd"));
  }

  @Test
  void gzipIsNotSupportedEither() throws IOException {
    ByteArrayOutputStream compressed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(compressed)) {
      gzip.write(hits().toBytes());
    }
    assertEquals(
        "415 Content-Encoding \"gzip\" is not supported; send snappy",
        post(compressed.toByteArray(), "Content-Encoding", "gzip"));
  }

  @Test
  void messagesThatAreTooLargeAreRefused() {
    assertEquals(
        "413 request body is longer than 4096 bytes; send less at once or raise http.max_body_bytes",
        post(new byte[MAX_BYTES + 1]));
    assertEquals(
        "413 the message has 5000 bytes uncompressed, more than http.max_body_bytes allows (4096);"
            + " send less at once (max_samples_per_send), or raise the limit",
        post(snappyOf(new byte[5_000])));
    Map<Long, Double> samples = new TreeMap<>();
    for (long i = 0; i < 51; i++) {
      samples.put(i, 1.0);
    }
    assertEquals(
        "413 request has more than 50 samples and exemplars; send smaller requests",
        post(snappy(new WriteMessage().series(HITS, samples))));
    assertEquals(List.of(), published);
  }

  @Test
  void seriesBeyondTheTenantsLimitAreNamedAndTheRestIsTaken() {
    assertEquals(
        "429 1 series and 1 sample were refused, the rest was taken: tenant small has 1 active"
            + " series, as many as tenants.small.max_active_series allows; series misses_total is"
            + " refused: drop labels that change, or raise the limit",
        post(
            snappy(hits().series(List.of("__name__", "misses_total"), Map.of(1_000L, 1.0))),
            "X-Scope-OrgID",
            "small"));
    assertEquals(1, published.size());
    assertEquals(
        1, value(registry, "weir_collector_write_refusals", "tenant", "small", "reason", "limit"));
    // What will never be taken decides: it must not come again.
    assertEquals(
        "400",
        post(
                snappy(
                    hits()
                        .series(List.of("__name__", "misses_total"), Map.of(1_000L, 1.0))
                        .series(List.of("job", "api"), Map.of(1_000L, 1.0))),
                "X-Scope-OrgID",
                "small")
            .substring(0, 3));
  }

  @Test
  void tenantsBeyondTheLimitAreRefused() {
    for (String tenant : List.of("a", "b", "c")) {
      assertEquals("204", post(snappy(hits()), "X-Scope-OrgID", tenant));
    }
    assertEquals(
        "429 tenant d is refused: this collector has 3 tenants with active series, as many as"
            + " collector.max_tenants allows",
        post(snappy(hits()), "X-Scope-OrgID", "d"));
    assertEquals("204", post(snappy(hits()), "X-Scope-OrgID", "a"));
    clock.advance(Duration.ofHours(2));
    assertEquals(
        "204", post(snappy(hits()), "X-Scope-OrgID", "d"), "series of the others are idle");
    assertEquals(1, tenantsWithSamples(), "what was counted of them is forgotten");
  }

  @Test
  void tenantsWithoutSeriesLeaveNothingBehind() {
    for (String tenant : List.of("a", "b", "c", "d", "e")) {
      assertEquals("204", post(snappy(new WriteMessage()), "X-Scope-OrgID", tenant));
      assertEquals(
          "400",
          post(
                  snappy(new WriteMessage().series(List.of("job", "api"), Map.of(1_000L, 1.0))),
                  "X-Scope-OrgID",
                  tenant)
              .substring(0, 3));
    }
    assertEquals("204", post(snappy(hits()), "X-Scope-OrgID", "f"));
    assertEquals(1, tenantsWithSamples());
  }

  @Test
  void requestsBeyondTheLimitComeAgain() {
    CompletableFuture<Void> acknowledgement = new CompletableFuture<>();
    kafka = acknowledgement;
    CompletableFuture<HttpResponse<String>> first =
        client.sendAsync(request(snappy(hits())), HttpResponse.BodyHandlers.ofString());
    Await.until(() -> published.size() == 1, DEADLINE, () -> "rows to be published");
    assertEquals(
        "503 1 request in work, as many as collector.max_concurrent_writes allows; try again later",
        post(snappy(hits())));
    assertEquals(
        "1",
        client
            .sendAsync(request(snappy(hits())), HttpResponse.BodyHandlers.ofString())
            .orTimeout(30, TimeUnit.SECONDS)
            .join()
            .headers()
            .firstValue("Retry-After")
            .orElse("none"));
    acknowledgement.complete(null);
    assertEquals("204", shown(first.orTimeout(30, TimeUnit.SECONDS).join()));
    assertEquals("204", post(snappy(hits())));
  }

  @Test
  void whereKafkaIsAwayTheSenderKeepsTheSamples() {
    CompletableFuture<Void> never = new CompletableFuture<>();
    kafka = never;
    timeout = Duration.ofMillis(20);
    assertEquals(
        "503 Kafka did not acknowledge the samples within 20ms (collector.write_timeout); try"
            + " again later",
        post(snappy(hits())));
    assertTrue(never.isCancelled(), "what was not sent is taken back");
    kafka = CompletableFuture.failedFuture(new WeirException.Unavailable("Kafka is away"));
    assertEquals("503 Kafka is away", post(snappy(hits())));
    kafka = CompletableFuture.failedFuture(new WeirException.Internal("a record is too large"));
    assertEquals("500 a record is too large", post(snappy(hits())));
    assertEquals(0, tenantsWithSamples());
  }

  private long tenantsWithSamples() {
    return registry.scrape("weir_collector_written_samples"::equals).stream()
        .flatMap(snapshot -> snapshot.getDataPoints().stream())
        .count();
  }

  @Test
  void whatOnlyDescribesSamplesDoesNotFailThem() {
    assertEquals(
        "204",
        post(
            snappy(
                hits()
                    .exemplar(HITS, 2_000, 4, List.of("", "4bf92f35"), 1_500)
                    .raw(3, NOT_UTF_8))));
    assertEquals(1, refusals("invalid_exemplar"));
    assertEquals(1, refusals("invalid_metadata"));
    assertEquals(2, value(registry, "weir_collector_written_samples", "tenant", "default"));
  }

  private double refusals(String reason) {
    return value(registry, "weir_collector_write_refusals", "tenant", "default", "reason", reason);
  }

  @Test
  void metadataIsPublishedWithTheSamples() {
    assertEquals("204", post(snappy(hits().metadata(1, "hits_total", "Hits.", ""))));
    assertEquals(List.of("hits_total"), metadata.stream().map(MetricMetadata::metric).toList());
    assertEquals("204", post(snappy(new WriteMessage())), "a message may hold nothing");
  }
}
