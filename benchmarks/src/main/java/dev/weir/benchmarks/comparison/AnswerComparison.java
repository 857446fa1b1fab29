package dev.weir.benchmarks.comparison;

import dev.weir.benchmarks.comparison.Answer.Refusal;
import dev.weir.benchmarks.comparison.Answer.Result;
import dev.weir.benchmarks.comparison.Answer.Samples;
import dev.weir.model.Labels;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// Compares two answers: types, series, timestamps, and values to [#TOLERANCE]; NaN is NaN, and an
/// infinity itself. A refusal is like any other refusal. Annotations are not compared: Prometheus
/// 2.42 has none.
final class AnswerComparison {
  /// How far values may be from each other, relative to the larger.
  static final double TOLERANCE = 1e-9;

  private static final Pattern ORDERED =
      Pattern.compile("^(sort|sort_desc|(topk|bottomk)( by \\(\\) )?)\\(");

  /// How two answers differ.
  enum Kind {
    /// Only Weir refuses.
    WEIR_REFUSES,
    /// Only Prometheus refuses.
    PROMETHEUS_REFUSES,
    TYPE,
    SERIES,
    TIMESTAMPS,
    VALUES,
    ORDER
  }

  /// A difference.
  ///
  /// @param detail for a reader
  /// @param distance of values: the largest absolute difference, where both have a value
  record Difference(Kind kind, String detail, double distance) {}

  private AnswerComparison() {}

  static Optional<Difference> compare(Question question, Answer weir, Answer prometheus) {
    return switch (weir) {
      case Refusal refusal ->
          prometheus instanceof Refusal
              ? Optional.empty()
              : difference(Kind.WEIR_REFUSES, refusal.type() + ": " + refusal.message());
      case Result result ->
          switch (prometheus) {
            case Refusal refusal ->
                difference(Kind.PROMETHEUS_REFUSES, refusal.type() + ": " + refusal.message());
            case Result other -> compare(question, result, other);
          };
    };
  }

  private static Optional<Difference> difference(Kind kind, String detail) {
    return Optional.of(new Difference(kind, detail, 0));
  }

  private static Optional<Difference> compare(Question question, Result weir, Result prometheus) {
    if (!weir.type().equals(prometheus.type()) || !weir.text().equals(prometheus.text())) {
      return difference(Kind.TYPE, weir.type() + ", not " + prometheus.type());
    }
    Map<Labels, Samples> found = weir.byLabels();
    Map<Labels, Samples> expected = prometheus.byLabels();
    if (!found.keySet().equals(expected.keySet())) {
      return difference(
          Kind.SERIES,
          "only Weir has %s, only Prometheus has %s"
              .formatted(
                  missing(found.keySet(), expected.keySet()),
                  missing(expected.keySet(), found.keySet())));
    }
    Difference worst = null;
    for (Map.Entry<Labels, Samples> one : expected.entrySet()) {
      Map<Long, Double> values = one.getValue().values();
      Map<Long, Double> ours = found.getOrDefault(one.getKey(), one.getValue()).values();
      if (!values.keySet().equals(ours.keySet())) {
        return difference(
            Kind.TIMESTAMPS,
            "%s: only Weir has %s, only Prometheus has %s"
                .formatted(
                    one.getKey(),
                    missing(ours.keySet(), values.keySet()),
                    missing(values.keySet(), ours.keySet())));
      }
      for (Map.Entry<Long, Double> value : values.entrySet()) {
        double theirs = value.getValue();
        double mine = ours.getOrDefault(value.getKey(), theirs);
        double distance = Math.abs(mine - theirs);
        if (!isClose(mine, theirs) && (worst == null || !(distance <= worst.distance()))) {
          worst =
              new Difference(
                  Kind.VALUES,
                  "%s at %d: %s, not %s".formatted(one.getKey(), value.getKey(), mine, theirs),
                  distance);
        }
      }
    }
    if (worst != null) {
      return Optional.of(worst);
    }
    return isOrdered(question) && !areClose(values(weir), values(prometheus))
        ? difference(Kind.ORDER, values(weir) + ", not " + values(prometheus))
        : Optional.empty();
  }

  private static boolean areClose(List<Double> some, List<Double> others) {
    for (int i = 0; i < some.size(); i++) {
      if (!isClose(some.get(i), others.get(i))) {
        return false;
      }
    }
    return some.size() == others.size();
  }

  static boolean isClose(double a, double b) {
    double distance = Math.abs(a - b);
    return Double.compare(a, b) == 0
        || a == b
        || (Double.isFinite(distance)
            && distance <= TOLERANCE * Math.max(Math.abs(a), Math.abs(b)));
  }

  /// Groups come in any order.
  private static boolean isOrdered(Question question) {
    return question.isInstant() && ORDERED.matcher(question.query()).find();
  }

  private static List<Double> values(Result result) {
    return result.series().stream().flatMap(one -> one.values().values().stream()).toList();
  }

  private static <T> List<T> missing(Collection<T> some, Collection<T> others) {
    List<T> missing = new ArrayList<>(some);
    missing.removeAll(others);
    return missing.subList(0, Math.min(3, missing.size()));
  }
}
