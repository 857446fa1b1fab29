package dev.weir.standalone;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.broker.FreePorts;
import dev.weir.testing.Await;
import dev.weir.testing.ServerProcess;
import dev.weir.testing.WebhookServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The release, from a target that stops to the webhook that is told, and back: in one process, and
/// with each role and the broker in a process of its own. These share topics, HTTP and the
/// directory of blocks, nothing else.
class AlertPathIT {
  private static final Duration DEADLINE = Duration.ofMinutes(2);

  /// A killed process is missed after 6 s; what was due by then is caught up.
  private static final Duration LATE = Duration.ofSeconds(15);

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path folder = Path.of("");
  private final Exporter exporter = new Exporter();
  private final WebhookServer webhook = new WebhookServer();
  private final List<ServerProcess> processes = new ArrayList<>();
  private final int port = FreePorts.next();
  private final int kafkaPort = FreePorts.next();
  private final QueryClient query = new QueryClient(port);

  @BeforeEach
  void start() throws IOException {
    exporter.start();
    Files.writeString(
        folder.resolve("weir.yml"),
        """
        embedded_broker: {listen: "127.0.0.1:%d", controller: "127.0.0.1:0"}
        kafka: {partitions: 2, replication_factor: 1}
        """
            .formatted(kafkaPort));
    Files.writeString(
        folder.resolve("prometheus.yml"),
        """
        global:
          scrape_interval: 1s
          evaluation_interval: 1s
          external_labels: {cluster: eu-1}
        rule_files: ["rules/*.yml"]
        scrape_configs:
          - job_name: node
            static_configs: [{targets: ["%s"]}]
        """
            .formatted(exporter.address()));
    Files.writeString(
        folder.resolve("alertmanager.yml"),
        """
        route:
          receiver: nobody
          group_by: ['...']
          group_wait: 0s
          group_interval: 1s
          routes:
            - matchers: ['severity="page"']
              receiver: on-call
            - matchers: ['alertname="WeirDeadMansSwitch"']
              receiver: watchdog
        receivers:
          - name: nobody
          - name: on-call
            webhook_configs: [{url: "%s"}]
          - name: watchdog
            webhook_configs: [{url: "%s"}]
        """
            .formatted(webhook.url("/page"), webhook.url("/watchdog")));
  }

  private void writeRules(String duration) throws IOException {
    Files.createDirectories(folder.resolve("rules"));
    Files.writeString(
        folder.resolve("rules/node.yml"),
        """
        groups:
          - name: node
            rules:
              - record: job:node_load1:sum
                expr: sum by (job) (node_load1)
              - record: job:up:count
                expr: count by (job) (up{job="node"})
              - alert: InstanceDown
                expr: up{job="node"} == 0
                for: %s
                labels: {severity: page}
                annotations: {summary: "{{ $labels.instance }} does not answer"}
        """
            .formatted(duration));
  }

  @AfterEach
  void stop() {
    processes.reversed().stream().filter(ServerProcess::isAlive).forEach(ServerProcess::kill);
    query.close();
    webhook.close();
    exporter.close();
  }

  private ServerProcess run(String name, String... arguments) {
    List<String> all = new ArrayList<>(List.of("run"));
    all.addAll(List.of(arguments));
    all.add("--config.file=" + folder.resolve("prometheus.yml"));
    all.add("--alertmanager.config=" + folder.resolve("alertmanager.yml"));
    all.add("--weir.config=" + folder.resolve("weir.yml"));
    ServerProcess process =
        Release.start(name, folder.resolve(name + ".log"), all.toArray(String[]::new));
    processes.add(process);
    return process;
  }

  private ServerProcess role(String name, int rolePort, String data) {
    return run(
        name,
        name,
        "--data=" + folder.resolve(data),
        "--kafka=127.0.0.1:" + kafkaPort,
        "--listen=127.0.0.1:" + rolePort);
  }

  private double await(String expression) {
    return Await.value(
        () -> query.value(expression),
        DEADLINE,
        () -> "a value of " + expression + "; processes:\n" + logs());
  }

  /// Whatever the processes have said, to see why something did not happen.
  private String logs() {
    StringBuilder all = new StringBuilder();
    processes.forEach(process -> {
      all.append("---\n");
      process.lines().forEach(line -> all.append(line).append('\n'));
    });
    return all.toString();
  }

  private JsonNode awaitPage(int count) throws IOException {
    Await.until(
        () -> webhook.posted("/page").size() >= count,
        DEADLINE,
        () -> count + " pages; there are " + webhook.bodies("/page") + "; processes:\n" + logs());
    return JSON.readTree(webhook.bodies("/page").get(count - 1));
  }

  private void assertPage(JsonNode page, String status) {
    assertEquals(status, page.path("status").asText(), page::toString);
    assertEquals(1, page.path("alerts").size(), page::toString);
    JsonNode alert = page.path("alerts").get(0);
    assertEquals(status, alert.path("status").asText());
    assertEquals(
        Map.of(
            "alertname",
            "InstanceDown",
            "cluster",
            "eu-1",
            "instance",
            exporter.address(),
            "job",
            "node",
            "severity",
            "page"),
        JSON.convertValue(alert.path("labels"), Map.class));
    assertEquals(
        exporter.address() + " does not answer",
        alert.path("annotations").path("summary").asText());
  }

  private static Instant time(JsonNode page, String field) {
    return Instant.parse(page.path("alerts").get(0).path(field).asText());
  }

  @Test
  void inOneProcess() throws Exception {
    writeRules("2s");
    ServerProcess weir =
        run("weir", "--data=" + folder.resolve("data"), "--listen=127.0.0.1:" + port);
    assertEquals(0.5, await("job:node_load1:sum"));

    exporter.stop();
    JsonNode firing = awaitPage(1);
    assertPage(firing, "firing");
    exporter.start();
    JsonNode resolved = awaitPage(2);
    assertPage(resolved, "resolved");

    assertEquals(time(firing, "startsAt"), time(resolved, "startsAt"));
    assertTrue(time(resolved, "endsAt").isAfter(time(resolved, "startsAt")), resolved::toString);
    Await.until(
        () -> !webhook.posted("/watchdog").isEmpty(),
        DEADLINE,
        () -> "the dead man's switch; processes:\n" + logs());
    assertEquals(0, weir.stop(), this::logs);
    assertEquals(2, webhook.posted("/page").size(), () -> webhook.bodies("/page").toString());
  }

  @Test
  void inSixProcesses() throws Exception {
    writeRules("20s");
    processes.add(Release.startBroker(folder, kafkaPort, Map.of()));
    int rulesPort = FreePorts.next();
    ServerProcess sink = role("sink", FreePorts.next(), "data");
    ServerProcess asked = role("query", port, "data");
    ServerProcess collector = role("collector", FreePorts.next(), "data-collector");
    ServerProcess rules = role("rules", rulesPort, "data-rules");
    ServerProcess alerting = role("alerting", FreePorts.next(), "data-alerting");
    assertEquals(0.5, await("job:node_load1:sum"));

    exporter.stop();
    long activeAtSeconds = (long) await("ALERTS_FOR_STATE{alertname=\"InstanceDown\"}");
    rules.kill();
    rules = role("rules", rulesPort, "data-rules");
    JsonNode firing = awaitPage(1);
    assertPage(firing, "firing");
    Instant startsAt = time(firing, "startsAt");
    assertEquals(activeAtSeconds + 20, startsAt.getEpochSecond(), firing::toString);
    Duration late = Duration.between(startsAt, webhook.posted("/page").getFirst().at());
    assertTrue(late.compareTo(LATE) < 0, () -> "told " + late + " late; processes:\n" + logs());

    exporter.start();
    JsonNode resolved = awaitPage(2);
    assertPage(resolved, "resolved");
    assertEquals(startsAt, time(resolved, "startsAt"));
    // No evaluation is missing, also of the time when nobody was there to do it.
    String counted = "count_over_time(job:up:count[20s] @ %d)".formatted(startsAt.getEpochSecond());
    Await.untilPasses(() -> assertEquals(20, await(counted)), DEADLINE);

    for (ServerProcess role : List.of(collector, rules, alerting, asked, sink)) {
      assertEquals(0, role.stop(), this::logs);
    }
    assertEquals(2, webhook.posted("/page").size(), () -> webhook.bodies("/page").toString());
  }
}
