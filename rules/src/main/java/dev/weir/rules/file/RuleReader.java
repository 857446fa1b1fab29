package dev.weir.rules.file;

import dev.weir.model.LabelText;
import dev.weir.model.Labels;
import dev.weir.model.WeirException;
import dev.weir.promql.ast.Expr;
import dev.weir.promql.parser.ParserOptions;
import dev.weir.promql.parser.PromqlParser;
import dev.weir.promql.parser.SyntaxProblem;
import dev.weir.rules.Rule;
import dev.weir.rules.template.TemplateException;
import dev.weir.rules.template.prometheus.AlertTemplate;
import dev.weir.yaml.ConfigSection;
import dev.weir.yaml.ConfigValue;
import dev.weir.yaml.TextPosition;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Reads one rule.
final class RuleReader {
  private final PromqlParser parser;

  RuleReader(ParserOptions expressions) {
    this.parser = new PromqlParser(expressions);
  }

  /// @param groupLabels which the rule gets where it has none of that name
  /// @return nothing if there were problems
  Optional<RulePlace> read(ConfigValue entry, String number, Map<String, String> groupLabels) {
    Optional<String> record = named(entry, "record");
    Optional<String> alert = named(entry, "alert");
    String name = record.or(() -> alert).orElse("");
    String place = name.isEmpty() ? number : "%s %s".formatted(number, LabelText.quote(name));
    ConfigSection section = entry.section(place);
    section.value("record").ifPresent(ConfigValue::text);
    section.value("alert").ifPresent(ConfigValue::text);
    if (record.isPresent() && alert.isPresent()) {
      section.problem("alert", "is a recording rule, too", "keep one of record and alert");
    } else if (name.isEmpty()) {
      section.problem(
          section.line(), "records nothing and alerts nobody", "give it a record or an alert");
    }
    Optional<Expr> expr = expression(section);
    String text = section.text("expr").orElse("");
    Optional<Rule> rule =
        alert.isPresent()
            ? alerting(section, name, text, expr, groupLabels)
            : recording(section, name, text, expr, groupLabels);
    section.refuseOthers();
    return rule.flatMap(read ->
        section.value("expr").map(value -> new RulePlace(read, offset -> where(value, offset))));
  }

  private static String where(ConfigValue value, int offset) {
    TextPosition position = value.position(offset);
    return "%s:%d:%d: %s"
        .formatted(value.file().name(), position.line(), position.column(), value.place());
  }

  private static Optional<String> named(ConfigValue entry, String key) {
    return entry.peek(key).filter(name -> !name.isEmpty());
  }

  private Optional<Expr> expression(ConfigSection section) {
    Optional<ConfigValue> value = section.value("expr");
    Optional<String> text = value.flatMap(ConfigValue::text);
    if (value.isEmpty() || text.isEmpty() || text.get().isEmpty()) {
      section.problem("expr", "has no expression", "write one in PromQL under expr");
      return Optional.empty();
    }
    try {
      return Optional.of(parser.parse(text.get()));
    } catch (WeirException.BadData e) {
      SyntaxProblem problem = parser.check(text.get()).orElseThrow(() -> e);
      value.get().problemAt(problem.span().start(), "parse error: " + problem.problem(), "");
    } catch (WeirException.LimitExceeded e) {
      value.get().problem(e.getMessage(), "");
    }
    return Optional.empty();
  }

  private Optional<Rule> recording(
      ConfigSection section,
      String name,
      String text,
      Optional<Expr> expr,
      Map<String, String> groupLabels) {
    for (String key : new String[] {"for", "keep_firing_for", "annotations"}) {
      Optional<ConfigValue> value = section.value(key);
      boolean zero = !key.equals("annotations") && isZero(value);
      if (value.isPresent() && !value.get().isNull() && !zero) {
        section.problem(key, "a recording rule has no %s".formatted(key), "remove it");
      }
    }
    if (name.indexOf('{') >= 0 || name.indexOf('}') >= 0) {
      section.problem(
          "record",
          "braces stand in the name of a metric",
          "write labels under labels, and expressions under expr");
    }
    Map<String, String> labels = new TreeMap<>(groupLabels);
    labels.putAll(labels(section, "labels"));
    return expr.map(parsed -> new Rule.Recording(name, text, parsed, labels));
  }

  private static boolean isZero(Optional<ConfigValue> value) {
    return value.flatMap(ConfigValue::duration).filter(Duration::isZero).isPresent();
  }

  private Optional<Rule> alerting(
      ConfigSection section,
      String name,
      String text,
      Optional<Expr> expr,
      Map<String, String> groupLabels) {
    long forMillis = section.duration("for").orElse(Duration.ZERO).toMillis();
    long keepFiring = section.duration("keep_firing_for").orElse(Duration.ZERO).toMillis();
    Map<String, AlertTemplate> labels = new TreeMap<>();
    for (Map.Entry<String, String> label : groupLabels.entrySet()) {
      // A bad one has been reported with the group.
      template(name, label.getValue()).ifPresent(found -> labels.put(label.getKey(), found));
    }
    labels.putAll(templates(section, "labels", name));
    Map<String, AlertTemplate> annotations = templates(section, "annotations", name);
    return expr.map(parsed ->
        new Rule.Alerting(name, text, parsed, forMillis, keepFiring, labels, annotations));
  }

  private static Optional<AlertTemplate> template(String alert, String text) {
    try {
      return Optional.of(AlertTemplate.parse(alert, text));
    } catch (TemplateException _) {
      return Optional.empty();
    }
  }

  /// Labels of a group or of a recording rule, where they are plain text.
  Map<String, String> labels(ConfigSection section, String key) {
    Map<String, String> labels = new TreeMap<>();
    ConfigSection pairs = pairs(section, key);
    for (String name : pairs.keys()) {
      requireLabelName(pairs, name);
      pairs.value(name).flatMap(RuleReader::textOrEmpty).ifPresent(text -> labels.put(name, text));
    }
    return labels;
  }

  private static Map<String, AlertTemplate> templates(
      ConfigSection section, String key, String alert) {
    Map<String, AlertTemplate> templates = new TreeMap<>();
    ConfigSection pairs = pairs(section, key);
    for (String name : pairs.keys()) {
      if (key.equals("labels")) {
        requireLabelName(pairs, name);
      }
      ConfigValue value = pairs.value(name).orElseThrow();
      textOrEmpty(value)
          .ifPresent(text -> {
            try {
              templates.put(name, AlertTemplate.parse(alert, text));
            } catch (TemplateException e) {
              value.problemAt(e.offset(), "template: " + e.problem(), "");
            }
          });
    }
    return templates;
  }

  private static ConfigSection pairs(ConfigSection section, String key) {
    String place = section.value(key).map(ConfigValue::place).orElse(key);
    return section.section(key, place);
  }

  /// `key:` and no more is the empty text, as for Prometheus.
  private static Optional<String> textOrEmpty(ConfigValue value) {
    return value.isNull() ? Optional.of("") : value.text();
  }

  private static void requireLabelName(ConfigSection pairs, String name) {
    if (name.isEmpty()) {
      pairs.problem(name, "a label has an empty name", "give it one");
    } else if (name.equals(Labels.NAME)) {
      pairs.problem(
          name, "label __name__ cannot be set", "the name of the rule is the name of the metric");
    }
  }
}
