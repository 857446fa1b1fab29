package dev.weir.service.config;

import dev.weir.model.WeirException;
import dev.weir.model.relabel.RelabelConfig;
import dev.weir.model.relabel.RelabelRule;
import dev.weir.yaml.ConfigSection;
import dev.weir.yaml.ConfigValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Reads lists of relabelling rules.
final class RelabelConfigReader {
  private RelabelConfigReader() {}

  /// The rules under a key that make sense; the others become problems.
  static List<RelabelConfig> read(ConfigSection section, String key, String place) {
    List<RelabelConfig> configs = new ArrayList<>();
    for (ConfigValue value : section.list(key)) {
      if (value.isNull()) {
        value.problem("a rule is empty", "remove it, or write what it does");
      } else {
        rule(value, "%s: %s".formatted(place, key)).ifPresent(configs::add);
      }
    }
    return List.copyOf(configs);
  }

  private static Optional<RelabelConfig> rule(ConfigValue value, String place) {
    ConfigSection rule = value.section(place);
    RelabelConfig config =
        new RelabelConfig(
            rule.texts("source_labels"),
            rule.value("separator").map(v -> v.text().orElse("")),
            rule.value("regex").map(v -> v.text().orElse("")),
            rule.integer("modulus", 0, Long.MAX_VALUE),
            rule.text("target_label"),
            rule.value("replacement").map(v -> v.text().orElse("")),
            rule.text("action"));
    rule.refuseOthers();
    try {
      RelabelRule _ = config.rule();
      return Optional.of(config);
    } catch (WeirException.BadData e) {
      rule.problem(rule.line(), e.getMessage(), "");
      return Optional.empty();
    }
  }
}
