package dev.weir.query.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.model.Hash128;
import dev.weir.model.Tenant;
import dev.weir.model.WeirException;
import dev.weir.rules.RuleGroup;
import dev.weir.rules.file.RuleFile;
import dev.weir.rules.file.RuleFileSettings;
import dev.weir.schemas.RuleGroupRecord;
import dev.weir.schemas.RuleGroupRecord.RuleStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EvaluatedGroupTest {
  private static final Instant NOW = Instant.parse("2026-01-02T13:37:00Z");

  private final List<RuleEntry> entries = new ArrayList<>();

  private static RuleGroup group(String file, String text) {
    return RuleFile.parse(file, text, RuleFileSettings.DEFAULT).groups().getFirst();
  }

  private void define(Tenant tenant, RuleGroup group) {
    entries.add(
        RuleEntry.of(
            new RuleGroupRecord(
                tenant,
                group.file(),
                group.name(),
                new RuleGroupRecord.Definition(group.text(), group.contentHash(), 0))));
  }

  /// What an evaluation of the group as it is given came to; rules fail with the texts.
  private void evaluate(Tenant tenant, RuleGroup group, String... errors) {
    List<RuleStatus> rules = new ArrayList<>();
    for (int i = 0; i < errors.length; i++) {
      rules.add(
          new RuleStatus(
              group.rules().get(i).identity().toString(),
              Optional.of(errors[i]),
              1_000,
              List.of()));
    }
    entries.add(
        RuleEntry.of(
            new RuleGroupRecord(
                tenant,
                group.file(),
                group.name(),
                new RuleGroupRecord.Status(
                    group.contentHash(), NOW, NOW.plusMillis(40), 2_000, true, rules))));
  }

  private List<EvaluatedGroup> groups() {
    return EvaluatedGroup.of(Tenant.DEFAULT, entries);
  }

  private static List<Optional<String>> errors(EvaluatedGroup group) {
    return group.rules().stream().map(rule -> rule.status().flatMap(RuleStatus::error)).toList();
  }

  private static final RuleGroup NODE =
      group(
          "node.yml",
          """
          groups:
            - name: node
              rules:
                - record: job:up:sum
                  expr: sum by (job) (up)
                - alert: InstanceDown
                  expr: up == 0
          """);

  @Test
  void aGroupIsWhatItSaysAndWhatItCameTo() {
    evaluate(Tenant.DEFAULT, NODE, "first", "second");
    define(Tenant.DEFAULT, NODE);

    EvaluatedGroup group = groups().getFirst();

    assertEquals(NODE, group.group());
    assertEquals(List.of(Optional.of("first"), Optional.of("second")), errors(group));
    assertEquals(NOW, group.status().orElseThrow().evaluatedAt());
  }

  @Test
  void whatAGroupThatWasTakenAwayCameToIsNotShown() {
    evaluate(Tenant.DEFAULT, NODE, "first", "second");

    assertEquals(List.of(), groups());
  }

  @Test
  void groupsComeByFileThenByName() {
    for (String name : List.of("node.yml b", "node.yml a", "alerts.yml c", "Node.yml d")) {
      String[] parts = name.split(" ");
      define(
          Tenant.DEFAULT,
          group(
              parts[0],
              "groups: [{name: %s, rules: [{record: a:b, expr: up}]}]".formatted(parts[1])));
    }

    assertEquals(
        List.of("Node.yml d", "alerts.yml c", "node.yml a", "node.yml b"),
        groups().stream().map(one -> one.group().file() + " " + one.group().name()).toList());
  }

  @Test
  void tenantsAreApart() {
    define(Tenant.DEFAULT, NODE);
    evaluate(new Tenant("team-a"), NODE, "first", "second");

    assertEquals(List.of(Optional.empty(), Optional.empty()), errors(groups().getFirst()));
    assertEquals(List.of(), EvaluatedGroup.of(new Tenant("team-a"), entries));
  }

  @Test
  void rulesThatStayKeepWhatTheyCameToWhenTheirGroupChanges() {
    evaluate(Tenant.DEFAULT, NODE, "first", "second");
    define(
        Tenant.DEFAULT,
        group(
            "node.yml",
            """
            groups:
              - name: node
                interval: 10s
                rules:
                  - alert: InstanceDown
                    expr: up == 0
                    for: 5m
                  - record: job:up:sum
                    expr: sum by (job) (up == 1)
            """));

    EvaluatedGroup group = groups().getFirst();

    assertEquals(List.of(Optional.of("second"), Optional.empty()), errors(group));
    assertTrue(group.rules().getLast().status().isEmpty());
  }

  @Test
  void equalRulesHaveOneStatusEach() {
    RuleGroup twice =
        group(
            "node.yml",
            """
            groups:
              - name: node
                rules:
                  - {alert: InstanceDown, expr: up == 0, for: 1m}
                  - {alert: InstanceDown, expr: up == 0, for: 5m}
            """);
    define(Tenant.DEFAULT, twice);
    evaluate(Tenant.DEFAULT, twice, "first", "second");

    assertEquals(List.of(Optional.of("first"), Optional.of("second")), errors(groups().getFirst()));
  }

  @Test
  void aDefinitionThatCannotBeReadSaysWhere() {
    RuleGroupRecord bad =
        new RuleGroupRecord(
            Tenant.DEFAULT,
            "node.yml",
            "node",
            new RuleGroupRecord.Definition(
                "{\"groups\":[{\"name\":\"node\",\"rules\":[{\"record\":\"a:b\",\"expr\":\"sum(\"}]}]}",
                new Hash128(1, 2),
                0));
    RuleGroupRecord empty =
        new RuleGroupRecord(
            Tenant.DEFAULT,
            "node.yml",
            "node",
            new RuleGroupRecord.Definition("{\"groups\":[]}", new Hash128(1, 2), 0));

    WeirException.BadData unread =
        assertThrows(WeirException.BadData.class, () -> RuleEntry.of(bad));
    assertTrue(String.valueOf(unread.getMessage()).startsWith("node.yml:1:"), unread.getMessage());
    assertEquals(
        "rule group \"node\" of node.yml: its text has 0 groups, where it is one",
        assertThrows(WeirException.BadData.class, () -> RuleEntry.of(empty)).getMessage());
  }
}
