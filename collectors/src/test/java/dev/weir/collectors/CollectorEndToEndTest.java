package dev.weir.collectors;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import dev.weir.collectors.write.WriteMessage;
import dev.weir.schemas.RecordType;
import dev.weir.schemas.TargetState;
import dev.weir.schemas.Topics;
import dev.weir.schemas.Topics.Deployment;
import dev.weir.service.config.PrometheusConfig;
import dev.weir.service.config.WeirConfig;
import dev.weir.service.http.HttpServerSettings;
import dev.weir.service.http.ListenAddress;
import dev.weir.service.http.Router;
import dev.weir.service.kafka.KafkaSettings;
import dev.weir.testing.Await;
import dev.weir.testing.broker.BrokerClients;
import dev.weir.testing.broker.EmbeddedBrokerFixture;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.GZIPOutputStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xerial.snappy.Snappy;

/// A real target over HTTP, a real broker, and what a reader of the topic finds.
class CollectorEndToEndTest {
  private static final Duration DEADLINE = Duration.ofSeconds(60);

  @TempDir private Path directory;
  private EmbeddedBrokerFixture broker;
  private BrokerClients clients;
  private HttpServer target;
  private volatile String exposition =
      "# TYPE hits_total counter\nhits_total{path=\"/\"} 3\nload 0.5\n";
  private volatile boolean gzip;

  @BeforeEach
  void start() throws IOException {
    broker = EmbeddedBrokerFixture.start(directory);
    clients = new BrokerClients(broker.bootstrapServers());
    target = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    target.createContext(
        "/metrics",
        exchange -> {
          byte[] body = exposition.getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4");
          if (gzip) {
            ByteArrayOutputStream compressed = new ByteArrayOutputStream();
            try (GZIPOutputStream out = new GZIPOutputStream(compressed)) {
              out.write(body);
            }
            body = compressed.toByteArray();
            exchange.getResponseHeaders().set("Content-Encoding", "gzip");
          }
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    target.start();
  }

  @AfterEach
  void stop() {
    target.stop(0);
    clients.close();
    broker.close();
  }

  private String address() {
    return "127.0.0.1:" + target.getAddress().getPort();
  }

  private PrometheusConfig config(String more) {
    return PrometheusConfig.of(
        "prometheus.yml",
        """
        global: {scrape_interval: 200ms}
        scrape_configs:
        - job_name: api
          static_configs: [{targets: ["%s"]}]
        %s\
        """
            .formatted(address(), more.indent(2)));
  }

  private CollectorRole collector(PrometheusConfig config, String weir) {
    WeirConfig weirConfig = WeirConfig.of("weir.yml", weir);
    return new CollectorRole(
        new CollectorRole.Settings(
            config,
            weirConfig,
            KafkaSettings.of(
                weirConfig.kafka(), Deployment.EMBEDDED, List.of(broker.bootstrapServers())),
            Optional.empty(),
            "collector-1",
            "node-1",
            "test",
            Set.of()),
        new PrometheusRegistry());
  }

  private Map<String, NavigableMap<Long, String>> samples() {
    return TopicSamples.bySeries(clients);
  }

  private String series(String metric, String more) {
    return metric + "{instance=\"" + address() + "\", job=\"api\"" + more + "}";
  }

  private void awaitLast(String series, String value) {
    Await.untilPasses(
        () -> {
          NavigableMap<Long, String> samples = samples().getOrDefault(series, new TreeMap<>());
          assertTrue(!samples.isEmpty(), () -> series + " is not there");
          assertEquals(value, samples.lastEntry().getValue(), series);
        },
        DEADLINE);
  }

  @Test
  void whatATargetExposesIsInTheTopicAndKeepsUpWithIt() {
    try (CollectorRole collector = collector(config(""), "")) {
      collector.start();
      awaitLast(series("hits_total", ", path=\"/\""), "3.0");
      awaitLast(series("load", ""), "0.5");
      awaitLast(series("up", ""), "1.0");
      gzip = true;
      exposition = "# TYPE hits_total counter\nhits_total{path=\"/\"} 4\nnew 1\n";
      awaitLast(series("hits_total", ", path=\"/\""), "4.0");
      awaitLast(series("new", ""), "1.0");
      awaitLast(series("load", ""), "stale");
    }
    // Stopping marks nothing.
    assertEquals("1.0", requireNonNull(samples().get(series("new", ""))).lastEntry().getValue());
  }

  @Test
  void aTargetThatIsGoneFromTheConfigurationIsMarkedAndAnotherGoesOn() {
    try (CollectorRole collector = collector(config(""), "")) {
      collector.start();
      awaitLast(series("load", ""), "0.5");
      collector.reload(PrometheusConfig.of("prometheus.yml", ""));
      awaitLast(series("load", ""), "stale");
      awaitLast(series("up", ""), "stale");
      Await.untilPasses(
          () -> {
            List<ConsumerRecord<byte[], byte[]>> states =
                clients.readAll(Topics.TARGETS, "read_uncommitted");
            assertTrue(!states.isEmpty() && states.getLast().value() == null);
          },
          DEADLINE);
    }
  }

  @Test
  void theStateOfATargetAndItsMetadataAreInTheirTopics() {
    try (CollectorRole collector = collector(config(""), "")) {
      collector.start();
      Await.untilPasses(
          () -> {
            List<ConsumerRecord<byte[], byte[]>> states =
                clients.readAll(Topics.TARGETS, "read_uncommitted");
            assertTrue(!states.isEmpty(), "no state yet");
            TargetState state =
                RecordType.TARGETS.reader(Optional.empty()).read(states.getLast().value());
            assertEquals("api", state.scrapePool());
            assertEquals(TargetState.Health.UP, state.scraped().orElseThrow().health());
            assertEquals(
                "http://" + address() + "/metrics", state.scraped().orElseThrow().scrapeUrl());
            assertEquals(1, clients.readAll(Topics.METADATA, "read_uncommitted").size());
          },
          DEADLINE);
    }
  }

  /// What `weir.targets` says now, by scrape pool.
  private List<String> targetPools() {
    Map<ByteBuffer, String> pools = new TreeMap<>();
    for (ConsumerRecord<byte[], byte[]> state :
        clients.readAll(Topics.TARGETS, "read_uncommitted")) {
      ByteBuffer key = ByteBuffer.wrap(state.key());
      if (state.value() == null) {
        pools.remove(key);
      } else {
        pools.put(
            key, RecordType.TARGETS.reader(Optional.empty()).read(state.value()).scrapePool());
      }
    }
    return pools.values().stream().sorted().toList();
  }

  @Test
  void targetsOfAnOlderConfigurationAreDeletedWhenTheCollectorStartsAgain() {
    PrometheusConfig older =
        PrometheusConfig.of(
            "prometheus.yml",
            """
            scrape_configs:
            - job_name: old
              static_configs: [{targets: ["127.0.0.1:1", "127.0.0.1:2"]}]
            - job_name: dropped
              static_configs: [{targets: ["127.0.0.1:3"]}]
              relabel_configs: [{action: drop, source_labels: [__address__], regex: .*}]
            """);
    try (CollectorRole collector = collector(older, "")) {
      collector.start();
      Await.untilPasses(
          () -> assertEquals(List.of("dropped", "old", "old"), targetPools()), DEADLINE);
    }
    assertEquals(List.of("dropped", "old", "old"), targetPools(), "a stop deletes nothing");
    try (CollectorRole collector = collector(config(""), "")) {
      collector.start();
      Await.untilPasses(() -> assertEquals(List.of("api"), targetPools()), DEADLINE);
    }
  }

  @Test
  void whatIsPushedIsAnsweredWhenItIsInTheTopic() throws Exception {
    PrometheusRegistry registry = new PrometheusRegistry();
    Router router = new Router();
    try (CollectorRole collector = collector(PrometheusConfig.of("prometheus.yml", ""), "")) {
      collector.addRoutes(router);
      collector.start();
      try (dev.weir.service.http.HttpServer server =
              new dev.weir.service.http.HttpServer(
                  HttpServerSettings.defaults(new ListenAddress("127.0.0.1", 0)),
                  router,
                  registry);
          HttpClient client = HttpClient.newHttpClient()) {
        server.start();
        URI url = URI.create("http://127.0.0.1:" + server.port() + "/api/v1/write");
        byte[] message =
            new WriteMessage()
                .series(
                    List.of("__name__", "hits_total", "instance", "a", "job", "api"),
                    Map.of(1_000L, 1.0, 2_000L, 2.0))
                .series(List.of("__name__", "lonely"), Map.of(1_500L, 7.0))
                .toBytes();
        HttpResponse<String> answer =
            client.send(
                HttpRequest.newBuilder(url)
                    .header("Content-Type", "application/x-protobuf")
                    .header("Content-Encoding", "snappy")
                    .POST(HttpRequest.BodyPublishers.ofByteArray(Snappy.compress(message)))
                    .build(),
                HttpResponse.BodyHandlers.ofString());
        assertEquals(204, answer.statusCode(), answer.body());
      }
      // No waiting: the answer said that it is there.
      Map<String, NavigableMap<Long, String>> samples = samples();
      assertEquals(
          Map.of(1_000L, "1.0", 2_000L, "2.0"),
          samples.get("hits_total{instance=\"a\", job=\"api\"}"));
      assertEquals(Map.of(1_500L, "7.0"), samples.get("lonely"));
    }
  }
}
