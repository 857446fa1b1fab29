package dev.weir.rules.unittest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.model.WeirException;
import dev.weir.promql.parser.ParserOptions;
import dev.weir.promql.query.EngineSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnitTestsTest {
  @TempDir private Path folder;

  private Path file(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  private static List<UnitTestResult> run(Path path) {
    UnitTestFile file = UnitTestFile.read(path, UnitTestSettings.DEFAULT);
    UnitTests tests = UnitTests.of(file, UnitTestSettings.DEFAULT);
    return file.tests().stream().map(tests::run).toList();
  }

  @Test
  void saysWhatWasExpectedAndWhatCame() throws IOException {
    file(
        "rules.yml",
        """
        groups:
          - name: node
            rules:
              - alert: Down
                expr: up == 0
                annotations: {summary: "{{ $labels.instance }} is away"}
        """);
    Path path =
        file(
            "test.yml",
            """
            rule_files: ["*rules.yml"]
            tests:
              - name: one of two
                input_series:
                  - {series: 'up{instance="a"}', values: '0'}
                  - {series: 'up{instance="b"}', values: '0'}
                alert_rule_test:
                  - alertname: Down
                    eval_time: 30s
                    exp_alerts:
                      - exp_labels: {instance: a}
                        exp_annotations: {summary: a is away}
                      - exp_labels: {instance: c}
                promql_expr_test:
                  - {expr: up + 0.5, exp_samples: [{labels: '{instance="a"}', value: 0.5}]}
            """);
    UnitTestResult result = run(path).getFirst();
    assertEquals(
        List.of(
            """
            %s:8: test "one of two": alert "Down" at 30s:
                expected: labels {alertname="Down", instance="c"} annotations {}
                got: labels {alertname="Down", instance="b"} annotations {summary="b is away"}
                as expected: 1 more\
            """
                .formatted(path),
            """
            %s:15: test "one of two": up + 0.5 at 0s:
                expected: nothing else
                got: {instance="b"} 0.5
                as expected: 1 more\
            """
                .formatted(path)),
        result.failures());
  }

  @Test
  void namesAlertsThatNoRuleRaises() throws IOException {
    Path path =
        file(
            "test.yml",
            """
            tests:
              - alert_rule_test: [{alertname: Dwon, eval_time: 1m}]
            """);
    UnitTestResult result = run(path).getFirst();
    assertTrue(result.passed());
    assertEquals(
        List.of(path + ":2: test \"unnamed#0\": no rule raises alert \"Dwon\""), result.warnings());
  }

  @Test
  void endsATestAtTheFirstRuleThatFails() throws IOException {
    file(
        "rules.yml",
        """
        groups:
          - name: joins
            rules: [{record: joined, expr: left * on () right}]
        """);
    Path path =
        file(
            "test.yml",
            """
            rule_files: [rules.yml]
            tests:
              - input_series:
                  - {series: left, values: '1x5'}
                  - {series: 'right{a="1"}', values: '_ 1x5'}
                  - {series: 'right{a="2"}', values: '_ 1x5'}
                promql_expr_test: [{expr: left, eval_time: 5m, exp_samples: []}]
            """);
    List<String> failures = run(path).getFirst().failures();
    assertEquals(1, failures.size(), failures::toString);
    assertTrue(
        failures
            .getFirst()
            .startsWith(
                path
                    + ":3: test \"unnamed#0\": rule \"joined\" of group \"joins\" at 1m: found duplicate"
                    + " series"),
        failures::toString);
  }

  @Test
  void reportsEveryProblemOfAFileWithItsLine() throws IOException {
    Path path =
        file(
            "test.yml",
            """
            evaluation_interval: often
            group_eval_order: [a, a]
            tests:
              - name: web
                intervall: 1m
                start_timestamp: yesterday
                input_series:
                  - {series: 'up{job=web}', values: '1'}
                  - {series: up, values: '1x'}
                alert_rule_test:
                  - eval_time: 1m
                promql_expr_test:
                  - expr: sum(up
                    exp_samples:
                      - {labels: '{', value: one}
                      - {labels: up, histogram: '1'}
                  - eval_time: 1m
            """);
    WeirException.BadData error = assertThrows(WeirException.BadData.class, () -> run(path));
    assertEquals(
        """
        %1$s:1: evaluation_interval: "often" is no duration; write numbers with units from the largest to the smallest of y, w, d, h, m, s, ms, such as 1h30m
        %1$s:2: group_eval_order: group "a" stands there twice; name it once
        %1$s:5: test "web": key "intervall" is not known; did you mean "interval"?
        %1$s:6: test "web": start_timestamp: "yesterday" is no time; use seconds since 1970 or RFC 3339, such as 2021-01-01T00:00:00Z
        %1$s:8: test "web": input_series: series notation, column 8: expected a label's value in quotes, found web} 1
        %1$s:9: test "web": input_series: series notation, column 6: expected a whole number, found the end
        %1$s:11: test "web": alert_rule_test: names no alert; name one under alertname
        %1$s:13:21: test "web": promql_expr_test: expr: parse error: unclosed left parenthesis
        %1$s:15: test "web": promql_expr_test: exp_samples: labels: series notation, column 2: expected a label's name, found the end
        %1$s:15: test "web": promql_expr_test: exp_samples: value: "one" is no number of YAML; use one such as 0.5, .inf or .nan
        %1$s:16: test "web": promql_expr_test: exp_samples: histogram: "1" is not one histogram; write it as {{schema:0 count:3 sum:5 buckets:[1 2]}}
        %1$s:17: test "web": promql_expr_test: has no expression; write one in PromQL under expr\
        """
            .formatted(path),
        error.getMessage());
  }

  @Test
  void namesUnknownKeysInWarningsWhereTheyAreIgnored() throws IOException {
    file("rules.yml", "groups: [{name: a, owner: web, rules: []}]\n");
    Path path =
        file(
            "test.yml",
            """
            rule_files: [rules.yml]
            owner: web
            tests:
              - promql_expr_test: [{expr: vector(1), exp_samples: [{labels: '{}', value: 1}]}]
            """);
    assertThrows(WeirException.BadData.class, () -> run(path));
    UnitTestSettings lenient =
        new UnitTestSettings(ParserOptions.DEFAULT, EngineSettings.DEFAULT, true);
    UnitTestFile file = UnitTestFile.read(path, lenient);
    assertEquals(
        List.of(path + ":2: key \"owner\" is not known; it has no effect"), file.warnings());
    UnitTests tests = UnitTests.of(file, lenient);
    assertEquals(
        List.of(
            folder.resolve("rules.yml")
                + ":1: group \"a\": key \"owner\" is not known; it has no effect"),
        tests.warnings());
    assertTrue(tests.run(file.tests().getFirst()).passed());
  }

  @Test
  void dumpsSeriesWithWhatRulesRecorded() throws IOException {
    file("rules.yml", "groups: [{name: a, rules: [{record: doubled, expr: ticks * 2}]}]\n");
    Path path =
        file(
            "test.yml",
            """
            rule_files: [rules.yml]
            tests:
              - start_timestamp: 1609459200
                input_series:
                  - {series: ticks, values: '1 2 _ 4'}
                promql_expr_test: [{expr: ticks, eval_time: 2m}]
            """);
    UnitTestFile file = UnitTestFile.read(path, UnitTestSettings.DEFAULT);
    UnitTests tests = UnitTests.of(file, UnitTestSettings.DEFAULT);
    List<String> dump = new ArrayList<>();
    tests.run(file.tests().getFirst(), dump::add);
    assertEquals(List.of("doubled 2@0s 4@1m 4@2m", "ticks 1@0s 2@1m"), dump);
  }

  @Test
  void readsNumbersAsYamlHasThem() {
    assertEquals(1e-3, YamlNumber.parse("1e-3"));
    assertEquals(1_000, YamlNumber.parse("1_000"));
    assertEquals(-.5, YamlNumber.parse("-.5"));
    assertEquals(255, YamlNumber.parse("0xFF"));
    assertEquals(-8, YamlNumber.parse("-0o10"));
    assertEquals(511, YamlNumber.parse("0777"));
    assertEquals(-511, YamlNumber.parse("-0_777"));
    assertEquals(89, YamlNumber.parse("089"));
    assertEquals(7.5, YamlNumber.parse("07.5"));
    assertEquals(0x1p64, YamlNumber.parse("0xFFFFFFFFFFFFFFFF"));
    assertEquals(-0x1p63, YamlNumber.parse("-0x8000000000000000"));
    assertEquals(7.777777777777778E24, YamlNumber.parse("07777777777777777777777777"));
    assertEquals(Double.NEGATIVE_INFINITY, YamlNumber.parse("-.Inf"));
    assertEquals(Double.NaN, YamlNumber.parse(".NaN"));
    for (String text :
        List.of(
            "NaN", "Inf", "1f", "0x1p3", "", "1 2", "0x1FFFFFFFFFFFFFFFF", "-0xFFFFFFFFFFFFFFFF")) {
      assertThrows(WeirException.BadData.class, () -> YamlNumber.parse(text), text);
    }
  }
}
