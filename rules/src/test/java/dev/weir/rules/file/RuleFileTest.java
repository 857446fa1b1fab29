package dev.weir.rules.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weir.model.WeirException;
import dev.weir.promql.parser.ParserOptions;
import dev.weir.promql.parser.PromqlParser;
import dev.weir.rules.Rule;
import dev.weir.rules.RuleGroup;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RuleFileTest {
  private static final String NODE =
      """
      groups:
        - name: node
          interval: 30s
          limit: 10
          query_offset: 1m
          labels:
            team: infra
            severity: none
          rules:
            - record: instance:node_cpu:rate5m
              expr: sum by (instance) (rate(node_cpu_seconds_total{mode!="idle"}[5m]))
              labels:
                severity: ""
            - alert: NodeDown
              expr: up{job="node"} == 0
              for: 5m
              keep_firing_for: 10m
              labels:
                severity: page
              annotations:
                summary: "{{ $labels.instance }} is down"
                note:
      """;

  private static RuleFile read(String text) {
    return RuleFile.parse("rules.yml", text, RuleFileSettings.DEFAULT);
  }

  private static List<String> problems(String text) {
    return assertThrows(WeirException.BadData.class, () -> read(text))
        .getMessage()
        .lines()
        .toList();
  }

  @Test
  void aPublishedGroupReadsAsItWasWhateverItsExpressionsUse() {
    RuleFileSettings settings =
        new RuleFileSettings(Duration.ofMinutes(1), Duration.ZERO, ParserOptions.EXPERIMENTAL);
    String text = NODE.replace("up{job=\"node\"} == 0", "limitk(3, up == 0)");
    RuleGroup group = RuleFile.parse("rules.yml", text, settings).groups().getFirst();
    assertEquals(group, RuleFile.published("rules.yml", "node", group.text()));
    assertEquals(Duration.ofMinutes(2), group.reportedWithin());
    assertEquals(
        "rule group \"node\" of rules.yml: its text has 0 groups, where it is one",
        assertThrows(
                WeirException.BadData.class,
                () -> RuleFile.published("rules.yml", "node", "{\"groups\":[]}"))
            .getMessage());
  }

  @Test
  void readsAllThatAGroupCanSay() {
    RuleFile file = read(NODE);
    assertEquals(2, file.ruleCount());
    assertEquals(List.of(), file.warnings());
    RuleGroup group = file.groups().getFirst();
    assertEquals("rules.yml", group.file());
    assertEquals("node", group.name());
    assertEquals(30_000, group.intervalMillis());
    assertEquals(60_000, group.queryOffsetMillis());
    assertEquals(10, group.limit());
    Rule.Recording recording = assertInstanceOf(Rule.Recording.class, group.rules().getFirst());
    assertEquals("instance:node_cpu:rate5m", recording.name());
    assertEquals(Map.of("team", "infra", "severity", ""), recording.labels());
    Rule.Alerting alerting = assertInstanceOf(Rule.Alerting.class, group.rules().getLast());
    assertEquals(300_000, alerting.forMillis());
    assertEquals(600_000, alerting.keepFiringForMillis());
    assertEquals(Map.of("team", "infra", "severity", "page"), alerting.labelTexts());
    assertEquals(
        Map.of("summary", "{{ $labels.instance }} is down", "note", ""),
        alerting.annotationTexts());
  }

  @Test
  void whatAFileLeavesOutComesFromTheSettings() {
    RuleFileSettings settings =
        new RuleFileSettings(Duration.ofSeconds(15), Duration.ofSeconds(5), ParserOptions.DEFAULT);
    RuleGroup group =
        RuleFile.parse("rules.yml", "groups: [{name: a, rules: []}]", settings).groups().getFirst();
    assertEquals(15_000, group.intervalMillis());
    assertEquals(5_000, group.queryOffsetMillis());
    assertEquals(0, group.limit());
  }

  @Test
  void anEmptyFileHoldsNoGroups() {
    assertEquals(List.of(), read("").groups());
    assertEquals(List.of(), read("groups:\n").groups());
  }

  @Test
  void reportsEveryProblemWhereItStands() {
    assertEquals(
        List.of(
            "rules.yml:3: group \"node\": key \"intervall\" is not known; did you mean"
                + " \"interval\"?",
            "rules.yml:6: group \"node\", rule 1 \"cpu\": a recording rule has no for; remove it",
            "rules.yml:9:14: group \"node\", rule 1 \"cpu\": expr: parse error: unexpected"
                + " identifier \"rate\" in aggregation",
            "rules.yml:12: group \"node\", rule 2 \"Down\": key \"foor\" is not known; did you"
                + " mean \"for\"?",
            "rules.yml:14:33: group \"node\", rule 2 \"Down\": annotations: summary: template:"
                + " function \"humanise\" not defined",
            "rules.yml:15: group \"node\", rule 3: records nothing and alerts nobody; give it a"
                + " record or an alert",
            "rules.yml:16: group \"node\": stands already in line 2; give each group its own name",
            "rules.yml:18: group \"node\", rule 1 \"both\": has no expression; write one in PromQL"
                + " under expr",
            "rules.yml:19: group \"node\", rule 1 \"both\": is a recording rule, too; keep one of"
                + " record and alert",
            "rules.yml:20: group \"node\", rule 1 \"both\": labels: label __name__ cannot be set;"
                + " the name of the rule is the name of the metric"),
        problems(
            """
            groups:
              - name: node
                intervall: 30s
                rules:
                  - record: cpu
                    for: 5m
                    expr: |
                      sum by (instance) (
                      by rate(x[5m]))
                  - alert: Down
                    expr: up == 0
                    foor: 5m
                    annotations:
                      summary: "{{ $value | humanise }}"
                  - expr: up
              - name: node
                rules:
                  - record: both
                    alert: both
                    labels: {__name__: x}
            """));
  }

  @Test
  void anEqualGroupHasAnEqualHashHoweverItIsWritten() {
    RuleGroup group = read(NODE).groups().getFirst();
    RuleGroup again =
        RuleFile.parse("rules.yml", group.text(), RuleFileSettings.DEFAULT).groups().getFirst();
    assertEquals(group.text(), again.text());
    assertEquals(group.contentHash(), again.contentHash());
    RuleGroup other = read(NODE.replace("for: 5m", "for: 6m")).groups().getFirst();
    assertNotEquals(group.contentHash(), other.contentHash());
    assertEquals(group.rules().getLast().identity(), other.rules().getLast().identity());
    RuleGroup changed = read(NODE.replace("== 0", "== 1")).groups().getFirst();
    assertNotEquals(group.rules().getLast().identity(), changed.rules().getLast().identity());
  }

  @Test
  void warnsOfRulesWithOneNameAndLabels() {
    RuleFile file =
        read(
            """
            groups:
              - name: a
                rules:
                  - {record: job:up, expr: sum by (job) (up)}
                  - {record: job:up, expr: avg by (job) (up), labels: {kind: avg}}
              - name: b
                rules:
                  - {record: job:up, expr: max by (job) (up)}
            """);
    assertEquals(
        List.of(
            "rules.yml:8: record job:up: a rule with the same name and labels stands already in"
                + " line 4; their results may be the same series"),
        file.duplicates());
  }

  @Test
  void readsManifestsAndListsOfThem() {
    RuleFile file =
        read(
            """
            apiVersion: monitoring.coreos.com/v1
            kind: PrometheusRule
            metadata: {name: node-rules, namespace: monitoring, labels: {role: alert-rules}}
            spec:
              groups:
                - name: node
                  partial_response_strategy: abort
                  rules: [{alert: Down, expr: up == 0}]
            ---
            kind: List
            items:
              - kind: PrometheusRule
                metadata: {name: more}
                spec: {groups: [{name: node, rules: [{record: job:up, expr: sum(up)}]}]}
            """);
    assertEquals(
        List.of("rules.yml;monitoring/node-rules", "rules.yml;more"),
        file.groups().stream().map(RuleGroup::file).toList());
    assertEquals(1, file.warnings().size());
  }

  @Test
  void refusesManifestsOfOtherKinds() {
    assertEquals(
        List.of(
            "rules.yml:1: a manifest of kind \"Deployment\" holds no rules; use kind"
                + " PrometheusRule, or a rule file with groups"),
        problems("kind: Deployment\nspec: {}\n"));
  }

  @Test
  void aRuleIsTheSameHoweverItsValueIsComputed() {
    for (Rule rule : read(NODE).groups().getFirst().rules()) {
      Rule planned = rule.withExpr(new PromqlParser(ParserOptions.DEFAULT).parse("vector(1)"));
      assertNotEquals(rule.expr(), planned.expr());
      assertEquals(rule.identity(), planned.identity());
      assertEquals(rule.expression(), planned.expression());
    }
  }
}
