package dev.weir.streams.definition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.rules.RuleGroup;
import dev.weir.rules.file.RuleFile;
import dev.weir.rules.file.RuleFileSettings;
import java.util.List;
import org.junit.jupiter.api.Test;

class ShadowGroupsTest {
  private static RuleGroup group(String name, String labels) {
    return RuleFile.parse(
            "node.yml",
            "groups: [{name: '%s', labels: {%s}, rules: []}]".formatted(name, labels),
            RuleFileSettings.DEFAULT)
        .groups()
        .getFirst();
  }

  private static boolean isShadow(String glob, String name) {
    return ShadowGroups.of(List.of("never", glob)).marked(group(name, "")).isShadow();
  }

  @Test
  void namesAreMatchedByGlobs() {
    assertTrue(isShadow("node", "node"));
    assertFalse(isShadow("node", "nodes"));
    assertTrue(isShadow("slo-*", "slo-web"));
    assertTrue(isShadow("*", "anything at all"));
    assertTrue(isShadow("slo-?.v2*", "slo-1.v2-test"));
    assertFalse(isShadow("slo-?.v2*", "slo-1xv2"));
    assertTrue(isShadow("a\\Eb*", "a\\Eb+"));
  }

  @Test
  void aLabelOfTheGroupSaysSoToo() {
    ShadowGroups none = ShadowGroups.of(List.of());
    assertTrue(none.marked(group("node", "shadow: \"true\"")).isShadow());
    assertTrue(none.marked(group("node", "shadow: true")).isShadow());
    assertFalse(none.marked(group("node", "shadow: \"false\"")).isShadow());
    assertFalse(none.marked(group("node", "team: shadow")).isShadow());
  }

  @Test
  void aShadowIsAnotherGroupWithTheSameRules() {
    RuleGroup live = group("node", "");
    RuleGroup shadow = ShadowGroups.of(List.of("node")).marked(live);
    assertEquals("node.yml;shadow", shadow.file());
    assertEquals(live.rules(), shadow.rules());
    assertEquals(shadow, shadow.asShadow());
  }
}
