package dev.weir.model.relabel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weir.model.Labels;
import dev.weir.model.WeirException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RelabelerTest {
  private static final Labels TARGET =
      Labels.of(
          "__address__", "10.0.0.7:9100",
          "__meta_kubernetes_pod_label_app", "api",
          "__meta_kubernetes_pod_label_tier", "web",
          "job", "node",
          "zone", "EU-West");

  /// A rule from the keys of a file; `source_labels` are separated by commas.
  private static RelabelConfig config(String... keysAndValues) {
    Map<String, String> fields = new java.util.HashMap<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      fields.put(keysAndValues[i], keysAndValues[i + 1]);
    }
    List<String> source = new ArrayList<>();
    if (fields.containsKey("source_labels")) {
      source.addAll(List.of(fields.get("source_labels").split(",", -1)));
    }
    return new RelabelConfig(
        source,
        Optional.ofNullable(fields.get("separator")),
        Optional.ofNullable(fields.get("regex")),
        Optional.ofNullable(fields.get("modulus")).map(Long::valueOf),
        Optional.ofNullable(fields.get("target_label")),
        Optional.ofNullable(fields.get("replacement")),
        Optional.ofNullable(fields.get("action")));
  }

  private static Optional<Labels> relabel(Labels labels, RelabelConfig... configs) {
    return Relabeler.of(List.of(configs)).apply(labels);
  }

  @Test
  void replaceCopiesByDefault() {
    assertEquals(
        Optional.of(TARGET.with("instance", "10.0.0.7:9100")),
        relabel(TARGET, config("source_labels", "__address__", "target_label", "instance")));
  }

  @Test
  void replaceExpandsGroupsInValueAndTarget() {
    assertEquals(
        Optional.of(TARGET.with("port_9100", "10.0.0.7-node")),
        relabel(
            TARGET,
            config(
                "source_labels", "__address__,job",
                "regex", "(?P<host>[^:]+):(\\d+);(.*)",
                "target_label", "port_$2",
                "replacement", "${host}-$3")));
  }

  @Test
  void replaceChangesNothingWhereThePatternDoesNotMatchTheWholeValue() {
    assertEquals(
        Optional.of(TARGET),
        relabel(
            TARGET,
            config(
                "source_labels", "job", "regex", "nod", "target_label", "x", "replacement", "y")));
  }

  @Test
  void replaceWithAnEmptyResultRemovesTheLabel() {
    assertEquals(
        Optional.of(TARGET.without("zone")),
        relabel(TARGET, config("target_label", "zone", "replacement", "")));
  }

  @Test
  void dollarsFollowGo() {
    assertEquals(
        Optional.of(Labels.of("job", "node", "x", "a$bnodeb$")),
        relabel(
            Labels.of("job", "node"),
            config(
                "source_labels", "job",
                "target_label", "x",
                "replacement", "a$$b${1}b$1x$")));
  }

  @Test
  void keepAndDropTestTheJoinedValue() {
    RelabelConfig keep =
        config("action", "keep", "source_labels", "job,zone", "separator", "/", "regex", "node/.*");
    RelabelConfig drop = config("action", "drop", "source_labels", "job", "regex", "node");

    assertEquals(Optional.of(TARGET), relabel(TARGET, keep));
    assertEquals(Optional.empty(), relabel(TARGET, drop));
    assertEquals(Optional.empty(), relabel(TARGET.with("job", "api"), keep));
  }

  @Test
  void equalActionsCompareWithTheTargetLabel() {
    Labels port = Labels.of("__tmp_port", "9100", "__port", "9100");
    RelabelConfig keep =
        config("action", "keepequal", "source_labels", "__tmp_port", "target_label", "__port");
    RelabelConfig drop =
        config("action", "dropequal", "source_labels", "__tmp_port", "target_label", "__port");

    assertEquals(Optional.of(port), relabel(port, keep));
    assertEquals(Optional.empty(), relabel(port, drop));
    assertEquals(Optional.empty(), relabel(port.with("__port", "1"), keep));
  }

  /// 2ff1: the values that Prometheus computes for the same texts (`md5sum`, last 16 digits,
  /// modulo).
  @Test
  void hashModUsesTheEndOfTheMd5() {
    assertEquals(
        Optional.of(Labels.of("a", "baz", "d", "976")),
        relabel(
            Labels.of("a", "baz"),
            config(
                "action",
                "hashmod",
                "source_labels",
                "a",
                "target_label",
                "d",
                "modulus",
                "1000")));
  }

  @Test
  void labelMapCopiesNames() {
    assertEquals(
        Optional.of(TARGET.with("app", "api").with("tier", "web")),
        relabel(TARGET, config("action", "labelmap", "regex", "__meta_kubernetes_pod_label_(.+)")));
  }

  @Test
  void labelDropAndKeepTestNames() {
    assertEquals(
        Optional.of(Labels.of("__address__", "10.0.0.7:9100", "job", "node", "zone", "EU-West")),
        relabel(TARGET, config("action", "labeldrop", "regex", "__meta_.*")));
    assertEquals(
        Optional.of(Labels.of("job", "node")),
        relabel(TARGET, config("action", "labelkeep", "regex", "job")));
  }

  @Test
  void caseActionsChangeCase() {
    assertEquals(
        Optional.of(TARGET.with("zone", "eu-west").with("job", "NODE")),
        relabel(
            TARGET,
            config("action", "lowercase", "source_labels", "zone", "target_label", "zone"),
            config("action", "uppercase", "source_labels", "job", "target_label", "job")));
  }

  @Test
  void rulesSeeWhatEarlierRulesDid() {
    assertEquals(
        Optional.empty(),
        relabel(
            TARGET,
            config("target_label", "job", "replacement", "gone"),
            config("action", "drop", "source_labels", "job", "regex", "gone")));
  }

  @Test
  void senselessRulesAreRefusedByName() {
    refused(
        "relabel configuration for hashmod requires non-zero modulus",
        config("action", "hashmod", "source_labels", "a", "target_label", "d"));
    refused(
        "relabel configuration for replace action requires 'target_label' value",
        config("source_labels", "a"));
    refused(
        "labeldrop action requires only 'regex', and no other fields",
        config("action", "labeldrop", "source_labels", "a"));
    refused(
        "keepequal action requires only 'source_labels' and `target_label`, and no other fields",
        config("action", "keepequal", "target_label", "a", "regex", "x"));
    refused("\"a$\" is invalid 'target_label' for replace action", config("target_label", "a$"));
    refused(
        "'replacement' can not be set for lowercase action",
        config("action", "lowercase", "target_label", "a", "replacement", "x"));
    refused(
        "error parsing regexp: missing closing ): `^(?s:a()$`",
        config("target_label", "a", "regex", "a("));
    refused(
        "unknown relabel action \"rename\"; use replace, keep, drop, keepequal, dropequal, hashmod,"
            + " labelmap, labeldrop, labelkeep, lowercase or uppercase",
        config("action", "rename"));
  }

  private static void refused(String message, RelabelConfig config) {
    WeirException.BadData error = assertThrows(WeirException.BadData.class, config::rule);
    assertEquals(message, error.getMessage());
  }
}
