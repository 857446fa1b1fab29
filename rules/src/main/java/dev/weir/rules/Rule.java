package dev.weir.rules;

import static java.util.Objects.requireNonNull;

import dev.weir.model.Hash128;
import dev.weir.promql.ast.Expr;
import dev.weir.rules.template.prometheus.AlertTemplate;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/// A rule: an expression, and what is made of its value.
public sealed interface Rule {
  /// The metric that is recorded, or the alert's name.
  String name();

  /// The expression as it was written.
  String expression();

  Expr expr();

  /// The labels as they were written, those of the group among them: what a rule sets on its
  /// results. An empty value takes a label away.
  Map<String, String> labelTexts();

  /// The same rule with its value computed in another way: what a planner made of the expression.
  /// Text and state stay those of the rule.
  default Rule withExpr(Expr changed) {
    return switch (this) {
      case Recording(String name, String expression, _, Map<String, String> labels) ->
          new Recording(name, expression, changed, labels);
      case Alerting alerting ->
          new Alerting(
              alerting.name,
              alerting.expression,
              changed,
              alerting.forMillis,
              alerting.keepFiringForMillis,
              alerting.labels,
              alerting.annotations);
    };
  }

  /// What a rule keeps its state by: kind, name, labels and expression. Two rules of a group may
  /// have the same.
  default Hash128 identity() {
    StringBuilder text = new StringBuilder();
    text.append(this instanceof Alerting ? "alert" : "record");
    append(text, name());
    append(text, expression());
    labelTexts()
        .forEach((label, value) -> {
          append(text, label);
          append(text, value);
        });
    return Hash128.of(text.toString().getBytes(StandardCharsets.UTF_8));
  }

  private static void append(StringBuilder text, String part) {
    text.append('\n').append(part.length()).append(':').append(part);
  }

  /// Records the value under a name of its own.
  ///
  /// @param labels sorted by name
  record Recording(String name, String expression, Expr expr, Map<String, String> labels)
      implements Rule {
    public Recording {
      requireNonNull(name, "name");
      requireNonNull(expression, "expression");
      requireNonNull(expr, "expr");
      labels = Collections.unmodifiableMap(new TreeMap<>(labels));
    }

    @Override
    public Map<String, String> labelTexts() {
      return labels;
    }
  }

  /// Raises an alert for each element of the value.
  ///
  /// @param forMillis how long an element has to be there before its alert fires
  /// @param keepFiringForMillis how long an alert fires on after its element has gone
  /// @param labels sorted by name
  /// @param annotations sorted by name
  record Alerting(
      String name,
      String expression,
      Expr expr,
      long forMillis,
      long keepFiringForMillis,
      Map<String, AlertTemplate> labels,
      Map<String, AlertTemplate> annotations)
      implements Rule {
    public Alerting {
      requireNonNull(name, "name");
      requireNonNull(expression, "expression");
      requireNonNull(expr, "expr");
      if (forMillis < 0 || keepFiringForMillis < 0) {
        throw new IllegalArgumentException(
            "alert %s: for %d ms and keep_firing_for %d ms are not negative"
                .formatted(name, forMillis, keepFiringForMillis));
      }
      labels = Collections.unmodifiableMap(new TreeMap<>(labels));
      annotations = Collections.unmodifiableMap(new TreeMap<>(annotations));
    }

    @Override
    public Map<String, String> labelTexts() {
      return texts(labels);
    }

    /// The annotations as they were written.
    public Map<String, String> annotationTexts() {
      return texts(annotations);
    }

    private static Map<String, String> texts(Map<String, AlertTemplate> templates) {
      Map<String, String> texts = new TreeMap<>();
      templates.forEach((name, template) -> texts.put(name, template.text()));
      return texts;
    }
  }
}
