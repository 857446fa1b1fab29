package dev.weir.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TestRulesCommandTest {
  @TempDir private Path folder;
  private Path tests;

  @BeforeEach
  void writeTests() throws IOException {
    file("rules.yml", "groups: [{name: a, rules: [{alert: Down, expr: up == 0}]}]\n");
    tests =
        file(
            "test.yml",
            """
            rule_files: [rules.yml]
            tests:
              - name: up
                input_series: [{series: up, values: '1x5'}]
                alert_rule_test: [{alertname: Down, eval_time: 5m}]
              - name: down & "out"
                input_series: [{series: up, values: '0x5'}]
                alert_rule_test: [{alertname: Down, eval_time: 5m}]
            """);
  }

  private Path file(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text, UTF_8);
  }

  @Test
  void saysWhichTestsFail() {
    CommandOutcome outcome = CommandOutcome.of("test", "rules", tests.toString());
    assertEquals(tests + ": FAILED, 1 of 2 tests\n", outcome.out());
    assertEquals(
        """
        %s:8: test "down & \\"out\\"": alert "Down" at 5m:
            expected: nothing
            got: labels {alertname="Down"} annotations {}
        """
            .formatted(tests),
        outcome.err());
    assertEquals(1, outcome.exitCode());
  }

  @Test
  void runsOnlyTestsWhoseNameMatches() {
    CommandOutcome outcome = CommandOutcome.of("test", "rules", "--run=^u", tests.toString());
    assertEquals(tests + ": ok, 1 test\n", outcome.out());
    assertEquals(0, outcome.exitCode());
    outcome = CommandOutcome.of("test", "rules", "--run=[", tests.toString());
    assertEquals(2, outcome.exitCode());
  }

  @Test
  void goesOnAfterAFileThatCannotBeRead() {
    CommandOutcome outcome =
        CommandOutcome.of("test", "rules", "--run=^up$", "gone.yml", tests.toString());
    assertEquals("gone.yml: FAILED, cannot be run\n" + tests + ": ok, 1 test\n", outcome.out());
    assertEquals(
        "weir test rules: gone.yml: there is no such file; name one that exists\n", outcome.err());
    assertEquals(1, outcome.exitCode());
  }

  @Test
  void printsSeriesForDebugging() {
    CommandOutcome outcome =
        CommandOutcome.of("test", "rules", "--debug", "--run=down", tests.toString());
    assertTrue(
        outcome
            .err()
            .contains("debug:   ALERTS{alertname=\"Down\", alertstate=\"firing\"} 1@0s 1@1m"),
        outcome.err());
    assertTrue(outcome.err().contains("debug:   up 0@0s 0@1m"), outcome.err());
  }

  @Test
  void writesResultsAsJunitDoes() throws IOException {
    Path report = folder.resolve("report.xml");
    CommandOutcome.of("test", "rules", "--junit=" + report, "gone.yml", tests.toString());
    String xml =
        Files.readString(report).replaceAll("time=\"[0-9.]+\"", "time=\"T\"").replace("'", "\"");
    assertEquals(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><testsuites>"
            + "<testsuite name=\"gone.yml\" tests=\"0\" failures=\"0\" errors=\"1\">"
            + "<testcase name=\"read\"><error"
            + " message=\"gone.yml: there is no such file; name one that exists\">"
            + "gone.yml: there is no such file; name one that exists</error></testcase></testsuite>"
            + "<testsuite name=\"%s\" tests=\"2\" failures=\"1\" errors=\"0\">".formatted(tests)
            + "<testcase name=\"up\" time=\"T\"></testcase>"
            + "<testcase name=\"down &amp; &quot;out&quot;\" time=\"T\">",
        xml.substring(0, xml.indexOf("<failure")));
  }
}
