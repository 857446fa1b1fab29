package dev.weir.standalone;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.broker.FreePorts;
import dev.weir.model.Labels;
import dev.weir.model.Tenant;
import dev.weir.service.config.WeirConfig;
import dev.weir.service.kafka.KafkaSettings;
import dev.weir.service.kafka.TopicSetup;
import dev.weir.testing.Await;
import dev.weir.testing.GroupRow;
import dev.weir.testing.ServerProcess;
import dev.weir.testing.broker.BrokerClients;
import dev.weir.testing.broker.SampleProducer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `weir backtest`, `weir backfill` and `weir downsample` of the release, by themselves and on a
/// Flink cluster whose JobManager and TaskManager are processes of their own.
class HistoryIT {
  private static final Instant START = Instant.parse("2026-03-01T22:00:00Z");
  private static final int MINUTES = 240;
  private static final Duration DEADLINE = Duration.ofMinutes(2);

  private static final String RULES =
      """
      groups:
        - name: hosts
          interval: 1m
          rules:
            - {record: 'job:up:sum', expr: 'sum by (job) (up)'}
            - alert: InstanceDown
              expr: up == 0
              for: 2m
              labels: {severity: page}
              annotations: {summary: '{{ $labels.instance }} is <down>'}
            - {alert: NobodyUp, expr: 'job:up:sum == 0'}
      """;

  private static final String ROUTING =
      """
      route: {receiver: team, group_by: [alertname], group_wait: 30s}
      receivers:
        - name: team
          webhook_configs: [{url: 'http://team.example/'}]
      """;

  @TempDir private Path folder;

  /// Host a is down for ten minutes of each hour, host b for one.
  @BeforeEach
  void write() throws IOException, InterruptedException {
    StringBuilder text = new StringBuilder("# TYPE up gauge\n");
    for (String host : List.of("a", "b")) {
      for (int minute = 0; minute < MINUTES; minute++) {
        boolean down = minute % 60 >= 30 && minute % 60 < (host.equals("a") ? 40 : 31);
        text.append(
            "up{instance=\"%s\",job=\"api\"} %d %d\n"
                .formatted(host, down ? 0 : 1, START.plusSeconds(60L * minute).getEpochSecond()));
      }
    }
    text.append("# EOF\n");
    Path samples = Files.writeString(folder.resolve("up.txt"), text);
    Files.writeString(folder.resolve("rules.yml"), RULES);
    Files.writeString(folder.resolve("patient.yml"), RULES.replace("for: 2m", "for: 15m"));
    Files.writeString(folder.resolve("alertmanager.yml"), ROUTING);
    Files.createDirectories(data().resolve("blocks"));
    weir("blocks", "import", samples.toString(), "--data", data().toString());
  }

  private Path data() {
    return folder.resolve("data");
  }

  private String path(String name) {
    return folder.resolve(name).toString();
  }

  private CommandOutcome weir(String... arguments) throws IOException, InterruptedException {
    CommandOutcome outcome = Release.run(folder, arguments);
    assertEquals(0, outcome.exitCode(), outcome.err());
    return outcome;
  }

  private JsonNode backtest(String... more) throws IOException, InterruptedException {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "backtest",
                path("rules.yml"),
                "--from",
                START.toString(),
                "--data",
                data().toString(),
                "--alertmanager.config",
                path("alertmanager.yml"),
                "--output",
                "json"));
    arguments.addAll(List.of(more));
    return new ObjectMapper().readTree(weir(arguments.toArray(String[]::new)).out());
  }

  @Test
  void aBacktestSaysWhatWouldHaveFiredAndWhatChanges() throws Exception {
    JsonNode result = backtest("--against", path("patient.yml"), "--html", path("backtest.html"));
    assertEquals("InstanceDown", result.at("/alerts/0/alert").asText());
    assertEquals(4, result.at("/alerts/0/fired").asInt());
    assertEquals(4, result.at("/alerts/0/onlyPending").asInt());
    assertEquals("a", result.at("/alerts/0/periods/0/labels/instance").asText());
    assertEquals("a is <down>", result.at("/alerts/0/periods/0/annotations/summary").asText());
    // Each time both hosts are down at once for a minute.
    assertEquals(4, result.at("/alerts/1/fired").asInt());
    assertEquals(8, result.at("/pages").asInt());
    assertEquals(16, result.at("/notifications").size());
    assertEquals("would have paged 8 times instead of 4", result.at("/against/verdict").asText());
    String page = Files.readString(folder.resolve("backtest.html"));
    assertTrue(page.contains("a is &lt;down&gt;"), page);
    assertTrue(page.contains("would have paged 8 times instead of 4"), page);
  }

  @Test
  void aBackfillRecordsOnce() throws Exception {
    String[] arguments = {
      "backfill", path("rules.yml"), "--from", START.toString(), "--data", data().toString()
    };
    CommandOutcome first = weir(arguments);
    assertTrue(first.out().contains(" samples in 2 new blocks"), first.out());
    CommandOutcome second = weir(arguments);
    assertTrue(second.out().startsWith("0 samples in 0 new blocks"), second.out());
  }

  /// Writes what no block has: host a is down for ten minutes more, after the last sample in
  /// blocks.
  private void writeToTopics(int kafkaPort) throws IOException {
    Files.writeString(
        folder.resolve("weir.yml"),
        """
        kafka: {bootstrap_servers: ["127.0.0.1:%d"], partitions: 2, replication_factor: 1}
        storage: {retention: 10y}
        """
            .formatted(kafkaPort));
    TopicSetup.run(
        KafkaSettings.ofCluster(WeirConfig.read(folder.resolve("weir.yml")).kafka()), DEADLINE);
    try (BrokerClients clients = new BrokerClients("127.0.0.1:" + kafkaPort)) {
      List<GroupRow> rows = new ArrayList<>();
      for (int minute = MINUTES; minute < MINUTES + 20; minute++) {
        Labels labels = Labels.of("__name__", "up", "instance", "a", "job", "api");
        long timestampMillis = START.plusSeconds(60L * minute).toEpochMilli();
        double value = minute < MINUTES + 10 ? 0 : 1;
        rows.addAll(
            GroupRow.of(
                Tenant.DEFAULT, List.of(GroupRow.Sample.of(labels, timestampMillis, value))));
      }
      new SampleProducer(clients.producer(Map.of())).push(rows);
    }
  }

  @Test
  void daysAreDownsampledOnce() throws Exception {
    String[] arguments = {
      "downsample",
      "--resolution",
      "5m",
      "--to",
      "2026-03-04T00:00:00Z",
      "--data",
      data().toString()
    };
    CommandOutcome first = weir(arguments);
    assertTrue(first.out().contains("480 samples read, 2 new blocks"), first.out());
    CommandOutcome second = weir(arguments);
    assertTrue(second.out().startsWith("0 samples read, 0 new blocks"), second.out());
    assertTrue(second.out().contains("2 slices were there"), second.out());
    CommandOutcome listed = weir("blocks", "ls", "--data", data().toString());
    assertTrue(listed.out().contains("5m windows, 2026-03-01"), listed.out());
    CommandOutcome verified = weir("blocks", "verify", "--data", data().toString());
    assertTrue(verified.out().contains(" blocks: all is well"), verified.out());
  }

  @Test
  void aFlinkClusterFindsTheSameInBlocksAndTopics() throws Exception {
    int kafkaPort = FreePorts.next();
    try (ServerProcess broker = Release.startBroker(folder, kafkaPort, Map.of())) {
      assertTrue(broker.isAlive(), "it runs");
      writeToTopics(kafkaPort);
      onACluster("--weir.config", path("weir.yml"));
    }
  }

  /// @param tail options that say where the topics are
  private void onACluster(String... tail) throws Exception {
    JsonNode here = backtest(tail);
    assertEquals(5, here.at("/alerts/0/fired").asInt());
    assertEquals(4, backtest(tail[0], tail[1], "--blocks-only").at("/alerts/0/fired").asInt());
    int rest = FreePorts.next();
    Path config = Files.createDirectories(folder.resolve("flink"));
    Files.writeString(
        config.resolve("config.yaml"),
        """
        jobmanager.rpc.address: 127.0.0.1
        jobmanager.rpc.port: %d
        jobmanager.bind-host: 127.0.0.1
        rest.address: 127.0.0.1
        rest.bind-address: 127.0.0.1
        rest.port: %d
        taskmanager.bind-host: 127.0.0.1
        taskmanager.host: 127.0.0.1
        taskmanager.numberOfTaskSlots: 2
        taskmanager.cpu.cores: 2.0
        taskmanager.memory.task.heap.size: 256m
        taskmanager.memory.task.off-heap.size: 64m
        taskmanager.memory.framework.heap.size: 128m
        taskmanager.memory.framework.off-heap.size: 128m
        taskmanager.memory.managed.size: 16m
        taskmanager.memory.network.min: 32m
        taskmanager.memory.network.max: 32m
        taskmanager.memory.jvm-metaspace.size: 256m
        taskmanager.memory.jvm-overhead.min: 64m
        taskmanager.memory.jvm-overhead.max: 64m
        """
            .formatted(FreePorts.next(), rest));
    try (ServerProcess jobManager =
            flink(
                "org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint", config);
        ServerProcess taskManager =
            flink("org.apache.flink.runtime.taskexecutor.TaskManagerRunner", config)) {
      assertTrue(jobManager.isAlive() && taskManager.isAlive(), "they run");
      awaitSlots(rest);
      JsonNode there =
          backtest(tail[0], tail[1], "--flink", "127.0.0.1:" + rest, "--parallelism", "2");
      assertEquals(here, there);
      CommandOutcome backfill =
          weir(
              "backfill",
              path("rules.yml"),
              "--from",
              START.toString(),
              "--data",
              data().toString(),
              "--flink",
              "127.0.0.1:" + rest);
      assertTrue(backfill.out().contains(" samples in 2 new blocks"), backfill.out());
      CommandOutcome downsample =
          weir(
              "downsample",
              "--to",
              "2026-03-04T00:00:00Z",
              "--resolution",
              "5m",
              "--data",
              data().toString(),
              "--flink",
              "127.0.0.1:" + rest);
      assertTrue(downsample.out().contains(" 2 new blocks"), downsample.out());
    }
  }

  /// A process of Flink's, with Flink's jars and none of Weir's.
  private ServerProcess flink(String main, Path config) throws IOException {
    Path lib = Release.home().resolve("lib");
    List<String> jars = new ArrayList<>(List.of(lib.resolve("history") + "/*"));
    try (Stream<Path> files = Files.list(lib)) {
      files
          .map(Path::toString)
          .filter(name ->
              name.matches(
                  ".*/(commons-|slf4j-api|snappy-java|lz4-java|log4j|snakeyaml-engine).*\\.jar"))
          .forEach(jars::add);
    }
    String name = main.substring(main.lastIndexOf('.') + 1);
    return ServerProcess.start(
        name,
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx512m",
            "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            String.join(":", jars),
            main,
            "--configDir",
            config.toString()),
        Map.of(),
        folder.resolve(name + ".log"));
  }

  private static void awaitSlots(int rest) {
    HttpClient client = HttpClient.newHttpClient();
    HttpRequest overview =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d/overview".formatted(rest))).build();
    Await.until(
        () -> {
          try {
            HttpResponse<String> answer =
                client.send(overview, HttpResponse.BodyHandlers.ofString());
            return answer.body().contains("\"slots-available\":2");
          } catch (IOException e) {
            // It does not listen yet.
            return false;
          }
        },
        DEADLINE,
        () -> "slots of the Flink cluster");
  }
}
