package dev.weir.rules.file;

import dev.weir.model.LabelText;
import dev.weir.rules.Rule;
import dev.weir.rules.RuleGroup;
import dev.weir.yaml.ConfigFile;
import dev.weir.yaml.ConfigSection;
import dev.weir.yaml.ConfigValue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Reads the documents of a rule file, and the groups in them.
final class RuleFileReader {
  private static final String PROMETHEUS_RULE = "PrometheusRule";

  private final ConfigFile file;
  private final RuleFileSettings settings;
  private final List<RuleGroup> groups = new ArrayList<>();
  private final List<RulePlace> places = new ArrayList<>();
  private final List<String> duplicates = new ArrayList<>();

  /// The line of each rule, by what it sets: a second one is written over the first.
  private final Map<String, Integer> ruleLines = new HashMap<>();

  RuleFileReader(ConfigFile file, RuleFileSettings settings) {
    this.file = file;
    this.settings = settings;
  }

  RuleFile read() {
    if (settings.unknownKeys()) {
      file.tolerateUnknownKeys();
    }
    for (ConfigValue document : file.documents()) {
      if (!document.isNull()) {
        readDocument(document);
      }
    }
    file.throwIfProblems();
    return new RuleFile(file.name(), groups, places, duplicates, file.warnings());
  }

  private void readDocument(ConfigValue document) {
    Optional<String> kind = document.peek("kind");
    if (kind.isPresent()) {
      readManifest(document.section(""), kind.get(), document.line());
      return;
    }
    ConfigSection root = document.section("");
    readGroups(root, file.name());
    root.refuseOthers();
  }

  private void readManifest(ConfigSection manifest, String kind, int line) {
    switch (kind) {
      case PROMETHEUS_RULE -> {
        ConfigSection metadata = manifest.section("metadata", "metadata");
        String place = metadata.text("namespace").map(name -> name + "/").orElse("");
        String owner = metadata.text("name").map(name -> ";" + place + name).orElse("");
        ConfigSection spec = manifest.section("spec", "spec");
        readGroups(spec, file.name() + owner);
        spec.refuseOthers();
      }
      case "List", "PrometheusRuleList" -> {
        for (ConfigValue item : manifest.list("items")) {
          readManifest(
              item.section("item"), item.peek("kind").orElse(PROMETHEUS_RULE), item.line());
        }
      }
      default ->
          file.problem(
              line,
              "",
              "a manifest of kind %s holds no rules".formatted(LabelText.quote(kind)),
              "use kind PrometheusRule, or a rule file with groups");
    }
  }

  private void readGroups(ConfigSection section, String owner) {
    Map<String, Integer> names = new HashMap<>();
    int number = 0;
    for (ConfigValue entry : section.list("groups")) {
      number++;
      if (entry.isNull()) {
        entry.problem("group %d is empty".formatted(number), "remove it, or give it a name");
        continue;
      }
      readGroup(entry, number, owner, names);
    }
  }

  private void readGroup(ConfigValue entry, int number, String owner, Map<String, Integer> names) {
    String name = entry.peek("name").orElse("");
    String place = name.isEmpty() ? "group %d".formatted(number) : "group " + LabelText.quote(name);
    ConfigSection group = entry.section(place);
    if (group.text("name").orElse("").isEmpty()) {
      group.problem("name", "has no name", "give it one that no other group of the file has");
    }
    Integer first = name.isEmpty() ? null : names.putIfAbsent(name, group.line("name"));
    if (first != null) {
      group.problem(
          "name", "stands already in line %d".formatted(first), "give each group its own name");
    }
    long interval =
        group
            .duration("interval")
            .filter(given -> !given.isZero())
            .orElse(settings.interval())
            .toMillis();
    long offset = group.duration("query_offset").orElse(settings.queryOffset()).toMillis();
    int limit = group.integer("limit", 0, Integer.MAX_VALUE).orElse(0L).intValue();
    RuleReader reader = new RuleReader(settings.expressions());
    Map<String, String> labels = reader.labels(group, "labels");
    List<Rule> rules = readRules(group, place, labels, reader);
    if (group.keys().contains("partial_response_strategy")) {
      group.unsupported("partial_response_strategy", "Thanos alone knows it; it has no effect");
    }
    group.refuseOthers();
    groups.add(new RuleGroup(owner, name, interval, offset, limit, labels, rules));
  }

  private List<Rule> readRules(
      ConfigSection group, String place, Map<String, String> labels, RuleReader reader) {
    List<Rule> rules = new ArrayList<>();
    int number = 0;
    for (ConfigValue entry : group.list("rules")) {
      number++;
      if (entry.isNull()) {
        entry.problem("rule %d is empty".formatted(number), "remove it, or give it an expr");
        continue;
      }
      reader
          .read(entry, "%s, rule %d".formatted(place, number), labels)
          .ifPresent(read -> {
            noteTwins(read.rule(), entry.line());
            places.add(read);
            rules.add(read.rule());
          });
    }
    return rules;
  }

  /// As `promtool` does: alerts of one name may differ in their labels, and recorded series have
  /// to.
  private void noteTwins(Rule rule, int line) {
    String key = rule.name() + rule.labelTexts();
    Integer first = ruleLines.putIfAbsent(key, line);
    if (first != null) {
      duplicates.add(
          ("%s:%d: %s %s: a rule with the same name and labels stands already in line %d; their"
                  + " results may be the same series")
              .formatted(
                  file.name(),
                  line,
                  rule instanceof Rule.Alerting ? "alert" : "record",
                  rule.name(),
                  first));
    }
  }
}
