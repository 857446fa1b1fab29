package dev.weir.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.blocks.store.FaultPoint;
import dev.weir.broker.FreePorts;
import dev.weir.model.Labels;
import dev.weir.model.Tenant;
import dev.weir.testing.Await;
import dev.weir.testing.GroupRow;
import dev.weir.testing.GroupRow.Sample;
import dev.weir.testing.ServerProcess;
import dev.weir.testing.broker.BrokerClients;
import dev.weir.testing.broker.SampleProducer;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A sink of the release is killed again and again, at random moments and at each step of writing,
/// publishing, merging and deleting blocks, while samples come in, some late, some twice with other
/// values, and some are deleted. Afterwards queries find what Kafka acknowledged and nobody deleted
/// since, and nothing else.
///
/// How often is `-Dweir.kills`, `-Dweir.seed` another course of events.
class StorageKillsIT {
  private static final Duration DEADLINE = Duration.ofSeconds(60);

  /// How long a process has to come to the step where it is to end.
  private static final Duration PASSING = Duration.ofSeconds(6);

  private static final int KILLS = Integer.getInteger("weir.kills", 3);
  private static final long SEED = Long.getLong("weir.seed", 20_260_301);
  private static final List<FaultPoint> STEPS = List.of(FaultPoint.values());
  private static final int SERIES = 12;
  private static final int ROWS_A_HALF = 6;
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path folder = Path.of("");
  private final int kafkaPort = FreePorts.next();
  private final int sinkPort = FreePorts.next();
  private final int queryPort = FreePorts.next();
  private final HttpClient http = HttpClient.newHttpClient();
  private final List<ServerProcess> processes = new ArrayList<>();
  private final Random random = new Random(SEED);
  private final long firstMillis = System.currentTimeMillis() / 1000 * 1000 - 3_600_000;

  /// What is to be found, by series and time.
  private final Map<String, Double> expected = new TreeMap<>();

  // Started first of all.
  @SuppressWarnings("NullAway.Init")
  private ServerProcess sink;

  private long written;
  private long deletions;
  private int rows;

  @BeforeEach
  void configure() throws IOException {
    Files.writeString(folder.resolve("prometheus.yml"), "scrape_configs: []\n");
    Files.writeString(
        folder.resolve("weir.yml"),
        """
        kafka: {partitions: 2, replication_factor: 1}
        query: {timeout: 5s, list_interval: 200ms, member_timeout: 3s, admin_api: true}
        storage:
          flush_interval: 300ms
          housekeeping_interval: 300ms
          deletion_interval: 100ms
          compaction_min_blocks: 3
          compaction_max_blocks: 6
          delete_delay: 65s
        """);
  }

  @AfterEach
  void stop() {
    processes.reversed().stream().filter(ServerProcess::isAlive).forEach(ServerProcess::kill);
    http.close();
  }

  private ServerProcess start(String role, int port, String javaOptions) {
    ServerProcess started =
        Release.startWith(
            javaOptions,
            role,
            folder.resolve("%s-%d.log".formatted(role, processes.size())),
            "run",
            role,
            "--config.file=" + folder.resolve("prometheus.yml"),
            "--weir.config=" + folder.resolve("weir.yml"),
            "--data=" + folder.resolve("data"),
            "--kafka=127.0.0.1:" + kafkaPort,
            "--listen=127.0.0.1:" + port);
    processes.add(started);
    return started;
  }

  @Test
  void whatWasAcknowledgedIsFoundAndNothingElse() throws Exception {
    processes.add(
        Release.startBroker(folder, kafkaPort, Map.of("group.min.session.timeout.ms", "500")));
    sink = start("sink", sinkPort, "");
    final ServerProcess query = start("query", queryPort, "");
    awaitReady(sinkPort, sink);
    awaitReady(queryPort, query);
    Instant begin = Instant.now();
    Map<String, Integer> ended = new TreeMap<>();
    try (BrokerClients clients = new BrokerClients("127.0.0.1:" + kafkaPort)) {
      SampleProducer producer = new SampleProducer(clients.producer(Map.of()));
      for (int kill = 0; kill < KILLS; kill++) {
        write(producer);
        if (random.nextInt(3) == 0) {
          delete();
        }
        ended.merge(end(kill), 1, Integer::sum);
        // While nobody reads.
        write(producer);
        if (random.nextInt(3) == 0) {
          delete();
        }
        sink = start("sink", sinkPort, haltAt(kill + 1));
        // Unless it comes to its end first.
        write(producer);
        ServerProcess started = sink;
        Await.until(
            () -> !started.isAlive() || isReady(sinkPort), DEADLINE, () -> printed(started));
        if (!sink.isAlive()) {
          ended.merge("at a step while starting", 1, Integer::sum);
          sink = start("sink", sinkPort, "");
          awaitReady(sinkPort, sink);
        }
        check(kill);
      }
    }
    System.getLogger("kills")
        .log(
            System.Logger.Level.INFO,
            "seed {0}: {1} kills in {2} s, {3}; {4} samples written, {5} deletions, {6} samples found",
            Long.toString(SEED),
            KILLS,
            Duration.between(begin, Instant.now()).toSeconds(),
            ended,
            Long.toString(written),
            Long.toString(deletions),
            Integer.toString(expected.size()));
  }

  /// Every other process is to end itself at a step.
  private static String haltAt(int number) {
    return number % 2 == 0
        ? ""
        : "-Dweir.halt_at=%s:%d".formatted(step(number), 1 + number / 2 / STEPS.size() % 3);
  }

  private static FaultPoint step(int number) {
    return STEPS.get(number / 2 % STEPS.size());
  }

  /// Ends the process, and says how.
  private String end(int number) {
    if (haltAt(number).isEmpty()) {
      Await.timeToPass(Duration.ofMillis(random.nextInt(1_500)));
      assertTrue(sink.isAlive(), () -> printed(sink));
      sink.kill();
      return "at random";
    }
    Instant latest = Instant.now().plus(PASSING);
    Await.until(
        () -> !sink.isAlive() || Instant.now().isAfter(latest), DEADLINE, () -> printed(sink));
    if (sink.isAlive()) {
      sink.kill();
      return "before its step";
    }
    return "at " + step(number);
  }

  private static Labels series(int number) {
    return Labels.of(
        "__name__", "node_load1", "instance", "db-%d:9100".formatted(number), "job", "node");
  }

  private static String key(String instance, long timestampMillis) {
    return "%s %d".formatted(instance, timestampMillis);
  }

  /// Rows of all series, some of them late, some with values for times that have one.
  private void write(SampleProducer producer) {
    List<GroupRow> sent = new ArrayList<>();
    for (int i = 0; i < ROWS_A_HALF; i++) {
      int row = random.nextInt(4) == 0 && rows > 0 ? random.nextInt(rows) : rows++;
      long timestamp = firstMillis + row * 1_000L;
      for (int number = 0; number < SERIES; number++) {
        double value = written++;
        Labels labels = series(number);
        sent.addAll(GroupRow.of(Tenant.DEFAULT, List.of(Sample.of(labels, timestamp, value))));
        expected.putIfAbsent(key(labels.get("instance"), timestamp), value);
      }
    }
    producer.push(sent);
  }

  /// Deletes some time of some series; sometimes has the blocks written anew.
  private void delete() throws Exception {
    int number = random.nextInt(SERIES);
    long start = firstMillis + random.nextInt(rows) * 1_000L;
    long end = start + random.nextInt(10) * 1_000L;
    String selector = "node_load1{instance=~\"db-%d.*\"}".formatted(number);
    post(
        "/api/v1/admin/tsdb/delete_series",
        "match[]=%s&start=%s&end=%s"
            .formatted(URLEncoder.encode(selector, UTF_8), start / 1000, end / 1000));
    deletions++;
    expected
        .keySet()
        .removeIf(key -> {
          long timestamp = Long.parseLong(key.substring(key.indexOf(' ') + 1));
          return key.startsWith("db-" + number) && timestamp >= start && timestamp <= end;
        });
    if (random.nextInt(2) == 0) {
      post("/api/v1/admin/tsdb/clean_tombstones", "");
    }
  }

  private void post(String path, String form) throws Exception {
    HttpResponse<String> response =
        http.send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + queryPort + path))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(form))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertEquals(204, response.statusCode(), response.body());
  }

  /// Waits until exactly what is expected is found: a sink that has just started is known to
  /// queries within a moment.
  private void check(int kill) {
    Await.untilPasses(
        () -> {
          if (!sink.isAlive()) {
            // It has come to its step only now.
            sink = start("sink", sinkPort, "");
            awaitReady(sinkPort, sink);
          }
          Map<String, Double> found = found();
          Map<String, String> wrong = new HashMap<>();
          expected.forEach((key, value) -> {
            if (!value.equals(found.get(key))) {
              wrong.put(key, "%s, expected %s".formatted(found.get(key), value));
            }
          });
          found.forEach((key, value) -> {
            if (!expected.containsKey(key)) {
              wrong.put(key, value + ", expected nothing");
            }
          });
          assertEquals(Map.of(), wrong, "seed %d, kill %d".formatted(SEED, kill));
        },
        DEADLINE);
  }

  private Map<String, Double> found() throws IOException, InterruptedException {
    String query = URLEncoder.encode("node_load1{job=\"node\"}[3h]", UTF_8);
    HttpResponse<String> response =
        http.send(
            HttpRequest.newBuilder(
                    URI.create(
                        "http://127.0.0.1:%d/api/v1/query?query=%s".formatted(queryPort, query)))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertEquals(200, response.statusCode(), response.body());
    JsonNode answer = JSON.readTree(response.body());
    assertTrue(answer.path("warnings").isEmpty(), () -> answer.path("warnings").toString());
    Map<String, Double> found = new HashMap<>();
    for (JsonNode series : answer.path("data").path("result")) {
      for (JsonNode sample : series.path("values")) {
        found.put(
            key(
                series.path("metric").path("instance").asText(),
                Math.round(sample.get(0).asDouble() * 1000)),
            sample.get(1).asDouble());
      }
    }
    return found;
  }

  private void awaitReady(int port, ServerProcess process) {
    Await.until(
        () -> {
          assertTrue(process.isAlive(), () -> printed(process));
          return isReady(port);
        },
        DEADLINE,
        () -> "to be ready: " + printed(process));
  }

  private boolean isReady(int port) throws InterruptedException {
    try {
      URI ready = URI.create("http://127.0.0.1:%d/-/ready".formatted(port));
      return http.send(
                  HttpRequest.newBuilder(ready).build(), HttpResponse.BodyHandlers.discarding())
              .statusCode()
          == 200;
    } catch (IOException _) {
      return false;
    }
  }

  private static String printed(ServerProcess process) {
    return String.join("\n", process.lines());
  }
}
