package dev.weir.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
}
