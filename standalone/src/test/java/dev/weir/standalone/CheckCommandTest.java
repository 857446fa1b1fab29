package dev.weir.standalone;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckCommandTest {

  @TempDir private Path folder;

  private Path file(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  @Test
  void countsWhatAFileHolds() throws IOException {
    Path file =
        file(
            "prometheus.yml",
            """
            scrape_configs:
              - job_name: node
                static_configs:
                  - targets: ["web-1:9100", "web-2:9100"]
              - job_name: weir
                static_configs:
                  - targets: ["localhost:9090"]
            """);
    CommandOutcome outcome = CommandOutcome.of("check", "config", file.toString());
    assertEquals(
        file + ": ok, 2 scrape configurations, 3 targets, 0 rules, 0 warnings\n", outcome.out());
    assertEquals("", outcome.err());
    assertEquals(0, outcome.exitCode());
  }

  @Test
  void reportsEveryProblemWithItsLine() throws IOException {
    Path file =
        file(
            "prometheus.yml",
            """
            scrape_configs:
              - job_name: node
                scheme: htps
              - job_name: edge
                scrape_interval: often
            """);
    CommandOutcome outcome = CommandOutcome.of("check", "config", file.toString());
    assertEquals(
        2,
        outcome.err().lines().filter(line -> line.startsWith("weir check config: " + file)).count(),
        outcome.err());
    assertEquals(2, outcome.err().lines().count(), outcome.err());
    assertEquals(1, outcome.exitCode());
  }

  @Test
  void readsAWeirFileToo() throws IOException {
    Path file = file("weir.yml", "storage: {retention: 90d}\n");
    CommandOutcome outcome = CommandOutcome.of("check", "config", "--weir.config=" + file);
    assertEquals(file + ": ok\n", outcome.out());
    assertEquals(0, outcome.exitCode());
  }

  @Test
  void warnsOfWhatHasNoEffectInAWeirFile() throws IOException {
    Path file = file("weir.yml", "tenants: {team-a: {retention: 90d}}\n");
    CommandOutcome outcome = CommandOutcome.of("check", "config", "--weir.config=" + file);
    assertEquals(file + ": ok\n", outcome.out());
    assertEquals(
        "warning: "
            + file
            + ": tenants.team-a.retention 90d has no effect: it is longer than storage.retention 15d,"
            + " and nobody's samples are kept longer\n",
        outcome.err());
    assertEquals(0, outcome.exitCode());
  }

  @Test
  void refusesWhatASinkCouldNotStartWith() throws IOException {
    Path file = file("weir.yml", "storage: {head_bytes: 1KB}\n");
    CommandOutcome outcome = CommandOutcome.of("check", "config", "--weir.config=" + file);
    assertEquals(
        "weir check config: "
            + file
            + ":1: storage: head_bytes 1KB is less than flush_bytes 64MB; raise it, or lower the"
            + " other\n",
        outcome.err());
    assertEquals(1, outcome.exitCode());
  }

  @Test
  void readsAnAlertmanagerFile() throws IOException {
    Path file =
        file(
            "alertmanager.yml",
            """
            route:
              receiver: on-call
              routes: [{matchers: [severity=page]}]
            receivers:
              - name: on-call
                webhook_configs: [{url: "http://localhost:8080/"}]
            templates: ["*.tmpl"]
            """);
    CommandOutcome outcome = CommandOutcome.of("check", "alertmanager", file.toString());
    assertEquals(file + ": ok, 2 routes, 1 receivers, 1 warnings\n", outcome.out());
    assertEquals(
        "warning: " + file + ":7: templates is not supported yet; webhooks need none\n",
        outcome.err());
    assertEquals(0, outcome.exitCode());
  }

  @Test
  void reportsReceiversThatAreNotThereYet() throws IOException {
    Path file =
        file(
            "alertmanager.yml",
            """
            route: {receiver: chat}
            receivers: [{name: chat, slack_configs: [{channel: "#alerts"}]}]
            """);
    CommandOutcome outcome = CommandOutcome.of("check", "alertmanager", file.toString());
    assertEquals(
        "weir check alertmanager: "
            + file
            + ":2: receiver \"chat\": slack_configs are not supported yet; send to a webhook"
            + " (webhook_configs) that passes the notification on\n",
        outcome.err());
    assertEquals(1, outcome.exitCode());
  }

  @Test
  void namesAFileThatIsNotThere() {
    CommandOutcome outcome = CommandOutcome.of("check", "config", "gone.yml");
    assertEquals(
        "weir check config: gone.yml: there is no such file; name one that exists\n",
        outcome.err());
    assertEquals(1, outcome.exitCode());
  }

  @Test
  void countsRulesAndReportsEveryProblemOfEveryFile() throws IOException {
    Path good =
        file(
            "good.yml",
            """
            groups:
              - name: node
                rules:
                  - {record: job:up, expr: sum by (job) (up)}
                  - {alert: Down, expr: up == 0, for: 5m}
            """);
    Path bad =
        file(
            "bad.yml",
            """
            groups:
              - name: node
                rules:
                  - alert: Down
                    expr: up ==
                    labels: {severity: "{{ $sev }}"}
            """);
    CommandOutcome outcome =
        CommandOutcome.of("check", "rules", bad.toString(), good.toString(), "gone.yml");
    assertEquals(good + ": ok, 2 rules in 1 groups, 0 warnings\n", outcome.out());
    assertEquals(
        """
        weir check rules: %s:5:20: group "node", rule 1 "Down": expr: parse error: unexpected end of input
        weir check rules: %s:6:32: group "node", rule 1 "Down": labels: severity: template: undefined variable "$sev"
        weir check rules: gone.yml: there is no such file; name one that exists
        """
            .formatted(bad, bad),
        outcome.err());
    assertEquals(1, outcome.exitCode());
  }
}
