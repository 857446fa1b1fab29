package dev.weir.helm;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import dev.weir.testing.Await;
import dev.weir.testing.broker.SharedBroker;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The pods of the chart as processes of this machine, with a real broker: every argument and every
/// file is one that its role takes. What the exporter of a node says comes out of the query API,
/// and an alert about it out of Alertmanager's.
class RolesIT {
  private static final Duration DEADLINE = Duration.ofSeconds(60);

  @TempDir private Path directory;
  private HttpServer exporter;

  @BeforeEach
  void startExporter() throws IOException {
    exporter = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    exporter.createContext(
        "/metrics",
        exchange -> {
          byte[] body =
              "# TYPE node_load1 gauge\nnode_load1 0.75\n".getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4");
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    exporter.start();
  }

  @AfterEach
  void stopExporter() {
    exporter.stop(0);
  }

  /// The chart, with ports of this machine that are free.
  private Manifest manifest() throws IOException {
    return Chart.render(
        """
        kafka: %s
        port: %d
        collectorsPort: %d
        scrapeInterval: 1s
        evaluationInterval: 1s
        weirConfig: {kafka: {partitions: 4, replication_factor: 1}}
        scrapeConfigs: [{job_name: node, static_configs: [{targets: ["localhost:%d"]}]}]
        ruleFiles:
          load.yml:
            groups:
              - name: load
                rules:
                  - record: node:node_load1:sum
                    expr: sum by (node) (node_load1)
                  - alert: NodeIsBusy
                    expr: node_load1 > 0.5
        alertmanagerConfig:
          route: {receiver: nobody}
          receivers: [{name: nobody}]
        """
            .formatted(
                SharedBroker.bootstrapServers(),
                freePort(),
                freePort(),
                exporter.getAddress().getPort()));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  /// Starts a pod, rendered with ports of its own: on a cluster it has an address of its own.
  private RunningPod start(String workload, String node) throws IOException {
    Manifest manifest = manifest();
    Path root = directory.resolve(node).resolve(workload);
    Files.createDirectories(root);
    return new RunningPod(
        manifest, manifest.workload(workload), node, root, directory.resolve("claims"));
  }

  /// Waits until an answer has what is wanted, and returns it.
  private static String awaitAnswer(String wanted, Callable<String> ask) {
    List<String> answers = new ArrayList<>();
    Await.until(
        () -> {
          answers.add(ask.call());
          return answers.getLast().contains(wanted);
        },
        DEADLINE,
        () -> "%s to be answered; the last answer was %s".formatted(wanted, answers.getLast()));
    return answers.getLast();
  }

  @Test
  void everyRoleTakesWhatTheChartGivesItAndSamplesComeThrough() throws IOException {
    Map<String, RunningPod> pods = new LinkedHashMap<>();
    try {
      for (String role : List.of("sink", "collectors", "rules", "alerting", "query")) {
        pods.put(role, start("weir-" + role, "node-a"));
      }
      pods.values().forEach(RunningPod::awaitReady);
      RunningPod query = requireNonNull(pods.get("query"), "query");
      RunningPod alerting = requireNonNull(pods.get("alerting"), "alerting");
      String answer = awaitAnswer("\"0.75\"", () -> query.query("node_load1"));
      assertTrue(answer.contains("\"node\":\"node-a\""), answer);
      int port = exporter.getAddress().getPort();
      assertTrue(
          answer.contains(
              "\"instance\":\"%s:%d\"".formatted(InetAddress.getLocalHost().getHostName(), port)),
          answer);
      awaitAnswer("\"0.75\"", () -> query.query("node:node_load1:sum{node=\"node-a\"}"));
      awaitAnswer("\"alertname\":\"NodeIsBusy\"", () -> alerting.get("/api/v2/alerts").body());
      // A node more: of the same target on two nodes, both go on.
      RunningPod second = start("weir-collectors", "node-b");
      pods.put("second collector", second);
      second.awaitReady();
      awaitAnswer("\"node\":\"node-b\"", () -> query.query("node_load1"));
      // Several scrapes after the first that is there of both.
      long both = Instant.now().plusSeconds(3).getEpochSecond();
      awaitAnswer(
          ",\"2\"]", () -> query.query("count(timestamp(node_load1) > %d)".formatted(both)));
      pods.values().forEach(RunningPod::stop);
      try (Stream<Path> files = Files.walk(directory.resolve("claims/weir-blocks"))) {
        assertTrue(
            files.anyMatch(file -> file.getFileName().toString().endsWith(".block")),
            "what the sink held is in a block, on the volume that queries read");
      }
    } finally {
      pods.values().forEach(RunningPod::close);
    }
  }
}
