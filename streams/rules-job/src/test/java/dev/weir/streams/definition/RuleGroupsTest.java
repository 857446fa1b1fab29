package dev.weir.streams.definition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.weir.model.Hash128;
import dev.weir.model.Tenant;
import dev.weir.rules.RuleGroup;
import dev.weir.rules.file.RuleFile;
import dev.weir.rules.file.RuleFileSettings;
import dev.weir.schemas.RuleGroupRecord;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RuleGroupsTest {
  private static final GroupId NODE = new GroupId(Tenant.DEFAULT, "node.yml", "node");

  private final RuleGroups groups =
      new RuleGroups(new GroupPlanner(300_000, 7_200_000, false), RuleGroupsTest::read);

  private static RuleGroup read(String file, String text) {
    return RuleFile.parse(file, text, RuleFileSettings.DEFAULT).groups().getFirst();
  }

  private Hash128 define(String expression, long firstMillis) {
    RuleGroup group =
        read(
            "node.yml",
            "groups: [{name: node, rules: [{record: r, expr: %s}]}]".formatted(expression));
    groups.put(
        NODE, new RuleGroupRecord.Definition(group.text(), group.contentHash(), firstMillis));
    return group.contentHash();
  }

  private List<Long> firsts() {
    return groups.leaves().byGroup().getOrDefault(NODE, List.of()).stream()
        .map(LeafPlan::firstMillis)
        .toList();
  }

  private LeafPlan latest() {
    return groups.leaves().byGroup().getOrDefault(NODE, List.of()).getLast();
  }

  @Test
  void theSameAgainChangesNothing() {
    define("up", 1_000);
    long version = groups.leaves().version();
    define("up", 5_000);

    assertEquals(version, groups.leaves().version());
    assertEquals(List.of(1_000L), firsts());
  }

  @Test
  void aDefinitionThatComesBackHoldsAgain() {
    Hash128 first = define("up", 1_000);
    define("down", 5_000);
    define("up", 9_000);

    assertEquals(List.of(1_000L, 5_000L, 9_000L), firsts());
    assertEquals(Map.of(NODE, first), groups.defined());
  }

  @Test
  void aVersionThatAnotherHasFollowedForAWhileIsForgotten() {
    define("up", 1_000);
    Hash128 old = latest().results();
    define("down", 5_000);
    Hash128 present = latest().results();

    groups.forgetFollowed(5_000);
    assertNotNull(groups.plan(NODE, old));
    groups.forgetFollowed(5_001);
    assertNull(groups.plan(NODE, old));
    assertNotNull(groups.plan(NODE, present));
    groups.forgetFollowed(Long.MAX_VALUE);
    assertEquals(List.of(5_000L), firsts());
  }

  @Test
  void aGroupThatCannotBeReadHereIsDefinedAndNotEvaluated() {
    define("up", 1_000);
    Hash128 unreadable = new Hash128(1, 2);
    groups.put(NODE, new RuleGroupRecord.Definition("groups: 7", unreadable, 5_000));

    assertEquals(List.of(), firsts());
    assertEquals(Map.of(NODE, unreadable), groups.defined());
  }
}
