package dev.weir.rules.group;

import dev.weir.model.AbsentValue;
import dev.weir.model.Labels;
import dev.weir.promql.eval.standing.StandingExpr;
import dev.weir.promql.eval.standing.StandingVector;
import dev.weir.promql.query.QueryValue.Sample;
import dev.weir.rules.Rule;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// A rule that is evaluated again and again, with the labels that its samples have.
final class StandingRule {
  private final @Nullable StandingExpr expr;

  /// Of the vector that was seen last.
  private List<Labels> vectorLabels = List.of();

  /// Of the samples that are made of it.
  private List<Labels> labels = List.of();

  /// Which of the vector's series come first, second, …
  private int[] order = {};

  /// Whether labels tell the samples apart.
  private boolean distinct = true;

  private boolean stood;

  StandingRule(@Nullable StandingExpr expr) {
    this.expr = expr;
  }

  /// Whether the last evaluation was one of what stands.
  boolean stood() {
    return stood;
  }

  /// The rule's samples in the order of labels: of a recording rule those that it records, of an
  /// alerting rule those that its expression comes to.
  ///
  /// @return null if the engine has to evaluate the rule
  // The same series: what is equal, but another object, is not worth comparing.
  @SuppressWarnings("ReferenceEquality")
  @Nullable List<Sample> evaluate(Rule rule, long sampleMillis) {
    StandingVector vector = expr == null ? null : expr.evaluate(sampleMillis);
    if (vector != null && vector.labels() != vectorLabels) {
      remember(rule, vector.labels());
    }
    stood = vector != null && distinct;
    if (vector == null || !distinct) {
      return null;
    }
    List<Sample> samples = new ArrayList<>(order.length);
    for (int i = 0; i < order.length; i++) {
      double value = vector.values()[order[i]];
      if (!AbsentValue.is(value)) {
        samples.add(new Sample(labels.get(i), value, null));
      }
    }
    return samples;
  }

  private void remember(Rule rule, List<Labels> changed) {
    List<Labels> shown =
        rule instanceof Rule.Recording recording
            ? changed.stream().map(each -> named(recording, each)).toList()
            : changed;
    vectorLabels = changed;
    order =
        IntStream.range(0, shown.size())
            .boxed()
            .sorted(Comparator.comparing(shown::get))
            .mapToInt(Integer::intValue)
            .toArray();
    labels = IntStream.of(order).mapToObj(shown::get).toList();
    distinct = new HashSet<>(labels).size() == labels.size();
  }

  /// The labels of what a rule records.
  static Labels named(Rule.Recording rule, Labels labels) {
    Labels.Builder named = labels.toBuilder().set(Labels.NAME, rule.name());
    rule.labels().forEach(named::set);
    return named.build();
  }
}
