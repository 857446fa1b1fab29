package dev.weir.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckRulesCommandTest {
  @TempDir private Path folder;

  private Path file(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text, UTF_8);
  }

  private Path duplicates() throws IOException {
    return file(
        "rules.yml",
        """
        groups:
          - name: node
            rules:
              - {record: job:up, expr: sum by (job) (up)}
              - {record: job:up, expr: count by (job) (up)}
              - {alert: Down, expr: up == 0, labels: {severity: page}}
              - {alert: Down, expr: up == 0, labels: {severity: info}}
        """);
  }

  @Test
  void namesDuplicateRules() throws IOException {
    Path file = duplicates();
    CommandOutcome outcome = CommandOutcome.of("check", "rules", file.toString());
    assertEquals(
        "warning: "
            + file
            + ":5: record job:up: a rule with the same name and labels stands already in line 4;"
            + " their results may be the same series\n",
        outcome.err());
    assertEquals(file + ": ok, 4 rules in 1 groups, 1 warnings\n", outcome.out());
    assertEquals(0, outcome.exitCode());
  }

  @Test
  void endsWithThreeWhereRemarksAreFatal() throws IOException {
    String file = duplicates().toString();
    assertEquals(3, CommandOutcome.of("check", "rules", "--lint-fatal", file).exitCode());
    assertEquals(
        3, CommandOutcome.of("check", "rules", "--lint=all", "--lint-fatal", file).exitCode());
    CommandOutcome unlinted =
        CommandOutcome.of("check", "rules", "--lint=none", "--lint-fatal", file);
    assertEquals(0, unlinted.exitCode());
    assertEquals("", unlinted.err());
    String bad = file("bad.yml", "groups: [{name: a, rules: [{record: a, expr: a +}]}]").toString();
    assertEquals(1, CommandOutcome.of("check", "rules", "--lint-fatal", file, bad).exitCode());
    assertEquals(2, CommandOutcome.of("check", "rules", "--lint=some", file).exitCode());
  }

  @Test
  void saysWhichRulesAreEvaluatedByQuery() throws IOException {
    Path file =
        file(
            "slo.yml",
            """
            groups:
              - name: slo
                rules:
                  - {record: job:errors:rate5m, expr: 'sum by (job) (rate(errors_total[5m]))'}
                  - {record: job:errors:rate30d, expr: 'sum by (job) (rate(errors_total[30d]))'}
            """);
    CommandOutcome outcome = CommandOutcome.of("check", "rules", "--lint-fatal", file.toString());
    assertEquals(
        "note: "
            + file
            + ": group \"slo\": rule \"job:errors:rate30d\" is evaluated by query: errors_total looks"
            + " back 30d, rules on the stream 2h (rules.window)\n",
        outcome.err());
    assertEquals(0, outcome.exitCode());
  }

  @Test
  void ignoresUnknownKeysIfAsked() throws IOException {
    String file = file("own.yml", "groups: [{name: a, owner: web, rules: []}]\n").toString();
    assertEquals(1, CommandOutcome.of("check", "rules", file).exitCode());
    CommandOutcome outcome = CommandOutcome.of("check", "rules", "--ignore-unknown-fields", file);
    assertEquals(0, outcome.exitCode());
    assertTrue(outcome.err().contains(":1: group \"a\": key \"owner\" is not known"));
  }

  @Test
  void namesMetricsThatAServerDoesNotKnow() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/api/v1/label/__name__/values",
        exchange -> {
          byte[] body =
              "{\"status\":\"success\",\"data\":[\"node_cpu_seconds_total\",\"up\"]}"
                  .getBytes(UTF_8);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    try {
      String address = "http://127.0.0.1:" + server.getAddress().getPort();
      Path file =
          file(
              "rules.yml",
              """
              groups:
                - name: node
                  rules:
                    - record: instance:cpu:rate
                      expr: |
                        sum by (instance) (
                          rate(node_cpu_second_total[5m]))
                    - {alert: Busy, expr: instance:cpu:rate > 1 and on () up}
                    - {alert: Alerts, expr: 'ALERTS{alertname="Busy"} and {__name__=~"disk.*"}'}
              """);
      CommandOutcome outcome =
          CommandOutcome.of(
              "check", "rules", "--live", "--lint-fatal", "--server=" + address, file.toString());
      assertEquals(
          """
          warning: %1$s:7:18: group "node", rule 1 "instance:cpu:rate": expr: metric "node_cpu_second_total" is not known to %2$s; did you mean "node_cpu_seconds_total"?
          warning: %1$s:9:61: group "node", rule 3 "Alerts": expr: {__name__=~"disk.*"} selects no metric that %2$s knows
          """
              .formatted(file, address),
          outcome.err());
      assertEquals(3, outcome.exitCode());
    } finally {
      server.stop(0);
    }
  }

  @Test
  void saysThatTheServerDoesNotAnswer() throws IOException {
    CommandOutcome outcome =
        CommandOutcome.of(
            "check", "rules", "--live", "--server=http://127.0.0.1:1", duplicates().toString());
    assertTrue(outcome.err().contains("http://127.0.0.1:1: connection refused"), outcome.err());
    assertEquals(1, outcome.exitCode());
  }

  private Path explained() throws IOException {
    return file(
        "plans.yml",
        """
        groups:
          - name: api
            interval: 30s
            rules:
              - {record: job:errors:ratio, expr: 'sum by (job) (rate(errors_total[5m])) / sum by (job) (rate(requests_total[5m]))'}
              - {alert: Filling, expr: 'disk_free / disk_size < 0.1'}
              - {alert: Top, expr: 'topk(3, queue_length) > 10'}
              - {alert: Median, expr: 'quantile(0.5, queue_length) > job:errors:ratio'}
              - {alert: Slow, expr: 'predict_linear(disk_free[6h], 3600) < 0'}
        """);
  }

  @Test
  void explainsHowRulesAreEvaluated() throws IOException {
    CommandOutcome outcome =
        CommandOutcome.of("check", "rules", "--explain", explained().toString());
    assertEquals(0, outcome.exitCode(), outcome.err());
    assertEquals(
        """
        plans.yml: group "api", every 30s
          job:errors:ratio: sum by (job) (rate(errors_total[5m])) / sum by (job) (rate(requests_total[5m]))
            window: 5m
            leaf 1: sum by (job) (rate(errors_total[5m]))
              reads: errors_total
              ships: what each partition has taken in, 2 series a group
            leaf 2: sum by (job) (rate(requests_total[5m]))
              reads: requests_total
              ships: what each partition has taken in, 2 series a group
            merge: leaf 1 / leaf 2
          Filling: disk_free / disk_size < 0.1
            window: 5m
            leaf 1: disk_free / disk_size < 0.1
              reads: disk_free, disk_size
              ships: its result alone; what matches never leaves its partition
            merge: brings the partitions' results together
          Top: topk(3, queue_length) > 10
            window: 5m
            leaf 1: topk(3, queue_length)
              reads: queue_length
              ships: what each partition chose
            merge: topk(3, leaf 1) > 10
          Median: quantile(0.5, queue_length) > job:errors:ratio
            window: 5m
            leaf 1: queue_length
              reads: queue_length
              ships: an instant vector, one for each series that it reads
            merge: quantile(0.5, leaf 1) > job:errors:ratio
          Slow: predict_linear(disk_free[6h], 3600) < 0
            window: 6h
            evaluated by query: disk_free looks back 6h, rules on the stream 2h (rules.window)
            cost: a query over all that it selects, at each evaluation
        """,
        outcome.out().replace(folder + "/", ""));
  }

  @Test
  void explainsInJsonWithCountsOfAServer() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          boolean query = exchange.getRequestURI().getPath().endsWith("/query");
          byte[] answer =
              (query
                      ? "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[{\"metric\":{},\"value\":[1,\"42\"]}]}}"
                      : "{\"status\":\"success\",\"data\":[\"errors_total\",\"requests_total\",\"disk_free\",\"disk_size\",\"queue_length\"]}")
                  .getBytes(UTF_8);
          exchange.getResponseHeaders().set("Content-Type", "application/json");
          exchange.sendResponseHeaders(200, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    server.start();
    try {
      CommandOutcome outcome =
          CommandOutcome.of(
              "check",
              "rules",
              "--explain",
              "--output=json",
              "--live",
              "--window=8h",
              "--server=http://localhost:" + server.getAddress().getPort(),
              explained().toString());
      assertEquals(0, outcome.exitCode(), outcome.err());
      JsonNode rules = new ObjectMapper().readTree(outcome.out()).path(0).path("rules");
      assertEquals(5, rules.size());
      JsonNode leaf = rules.path(0).path("leaves").path(0);
      assertEquals("states", leaf.path("ships").asText());
      assertEquals(2, leaf.path("columns").asInt());
      assertEquals(42, leaf.path("results").asInt());
      assertEquals("errors_total", leaf.path("reads").path(0).path("selector").asText());
      assertEquals(42, leaf.path("reads").path(0).path("series").asInt());
      assertEquals("leaf 1 / leaf 2", rules.path(0).path("merge").asText());
      assertTrue(rules.path(1).path("merge").isMissingNode());
      assertEquals("partition", rules.path(1).path("leaves").path(0).path("ships").asText());
      assertEquals("6h", rules.path(4).path("window").asText());
      assertTrue(rules.path(4).path("byQuery").isMissingNode());
    } finally {
      server.stop(0);
    }
  }
}
