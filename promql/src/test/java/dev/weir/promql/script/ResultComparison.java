package dev.weir.promql.script;

import dev.weir.model.DurationText;
import dev.weir.model.FloatText;
import dev.weir.model.Labels;
import dev.weir.model.NativeHistogram;
import dev.weir.model.NativeHistogram.Buckets;
import dev.weir.model.StalenessMarker;
import dev.weir.model.notation.HistogramNotation;
import dev.weir.model.notation.SeriesNotation.Value;
import dev.weir.promql.ast.QueryTimes;
import dev.weir.promql.query.QueryValue;
import dev.weir.promql.script.Expectation.ExpectedSeries;
import dev.weir.promql.script.Expectation.ScalarResult;
import dev.weir.promql.script.Expectation.SeriesResult;
import dev.weir.promql.script.Expectation.TextResult;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// Compares the value of a query with what a script expects. Floats may differ by a millionth of
/// their size.
final class ResultComparison {
  private static final double TOLERANCE = 1e-6;

  private final Expectation expectation;
  private final boolean layouts;

  /// @param layouts whether the layouts of histograms are compared, too
  ResultComparison(Expectation expectation, boolean layouts) {
    this.expectation = expectation;
    this.layouts = layouts;
  }

  /// What is different; empty if nothing is.
  Optional<String> problem(QueryValue value) {
    return switch (expectation.result()) {
      case ScalarResult(double expected) -> scalarProblem(expected, value);
      case TextResult(String expected) -> textProblem(expected, value);
      case SeriesResult expected ->
          switch (value) {
            case QueryValue.Vector vector -> vectorProblem(expected, vector);
            case QueryValue.Matrix matrix -> matrixProblem(expected, matrix);
            case QueryValue.Scalar _, QueryValue.Text _ ->
                Optional.of("expected series, got %s".formatted(describe(value)));
          };
    };
  }

  private static Optional<String> scalarProblem(double expected, QueryValue value) {
    if (value instanceof QueryValue.Scalar(_, double actual)) {
      return almostEqual(expected, actual)
          ? Optional.empty()
          : Optional.of("expected %s, got %s".formatted(text(expected), text(actual)));
    }
    return Optional.of("expected scalar %s, got %s".formatted(text(expected), describe(value)));
  }

  private static Optional<String> textProblem(String expected, QueryValue value) {
    if (value instanceof QueryValue.Text(_, String actual)) {
      return expected.equals(actual)
          ? Optional.empty()
          : Optional.of("expected string \"%s\", got \"%s\"".formatted(expected, actual));
    }
    return Optional.of("expected string \"%s\", got %s".formatted(expected, describe(value)));
  }

  private Optional<String> vectorProblem(SeriesResult expected, QueryValue.Vector vector) {
    Set<Labels> seen = new HashSet<>();
    int position = 0;
    for (QueryValue.Sample sample : vector.samples()) {
      position++;
      ExpectedSeries series = expected.series().get(sample.labels());
      if (series == null) {
        return Optional.of("unexpected series %s %s".formatted(sample.labels(), describe(sample)));
      }
      if (expectation.ordered() && series.position() != position) {
        return Optional.of(
            "expected series %s at place %d, got it at place %d"
                .formatted(sample.labels(), series.position(), position));
      }
      if (series.values().isEmpty() || !matches(series.values().getFirst(), sample)) {
        return Optional.of(
            "expected series %s %s, got %s"
                .formatted(sample.labels(), describe(series.values()), describe(sample)));
      }
      if (!seen.add(sample.labels())) {
        return Optional.of("series %s comes twice".formatted(sample.labels()));
      }
    }
    return missing(expected, seen);
  }

  private boolean matches(Value expected, QueryValue.Sample sample) {
    return switch (expected) {
      case Value.Omitted _ -> false;
      case Value.Scalar(double value) ->
          sample.histogram() == null && almostEqual(value, sample.value());
      case Value.Histogram(NativeHistogram histogram, boolean hintGiven) ->
          sample.histogram() != null
              && (layouts
                  ? almostEqual(histogram, sample.histogram(), hintGiven)
                  : BoundedBuckets.almostEqual(histogram, sample.histogram()));
    };
  }

  private Optional<String> matrixProblem(SeriesResult expected, QueryValue.Matrix matrix) {
    if (expectation.ordered()) {
      return Optional.of("expected an ordered vector, got a matrix");
    }
    Set<Labels> seen = new HashSet<>();
    QueryValue.Series previous = null;
    for (QueryValue.Series series : matrix.series()) {
      if (previous != null && previous.labels().compareTo(series.labels()) >= 0) {
        return Optional.of(
            "series %s comes before %s; a matrix is sorted by labels"
                .formatted(previous.labels(), series.labels()));
      }
      previous = series;
      ExpectedSeries wanted = expected.series().get(series.labels());
      if (wanted == null) {
        return Optional.of("unexpected series %s %s".formatted(series.labels(), describe(series)));
      }
      if (!matches(wanted.values(), expected.times(), series)) {
        return Optional.of(
            "expected series %s %s, got %s"
                .formatted(series.labels(), describe(wanted, expected.times()), describe(series)));
      }
      seen.add(series.labels());
    }
    return missing(expected, seen);
  }

  private boolean matches(List<Value> expected, QueryTimes times, QueryValue.Series series) {
    int at = 0;
    for (int i = 0; i < expected.size(); i++) {
      if (expected.get(i) instanceof Value.Omitted) {
        continue;
      }
      while (at < series.values().length && !series.hasSample(at)) {
        at++;
      }
      long timestampMillis = times.startMillis() + i * times.stepMillis();
      if (timestampMillis > times.endMillis()
          || at == series.values().length
          || series.timestampsMillis()[at] != timestampMillis
          || !matches(
              expected.get(i),
              new QueryValue.Sample(series.labels(), series.values()[at], series.histogram(at)))) {
        return false;
      }
      at++;
    }
    while (at < series.values().length && !series.hasSample(at)) {
      at++;
    }
    return at == series.values().length;
  }

  private static Optional<String> missing(SeriesResult expected, Set<Labels> seen) {
    return expected.series().entrySet().stream()
        .filter(entry -> !seen.contains(entry.getKey()))
        .findFirst()
        .map(entry ->
            "expected series %s %s, got none"
                .formatted(entry.getKey(), describe(entry.getValue().values())));
  }

  /// Whether two floats are the same but for rounding. NaN equals NaN, and a staleness marker
  /// another one.
  static boolean almostEqual(double a, double b) {
    if (StalenessMarker.is(a) || StalenessMarker.is(b)) {
      return StalenessMarker.is(a) && StalenessMarker.is(b);
    }
    if (a == b || (Double.isNaN(a) && Double.isNaN(b))) {
      return true;
    }
    double sum = Math.abs(a) + Math.abs(b);
    double difference = Math.abs(a - b);
    if (a == 0 || b == 0 || sum < Double.MIN_NORMAL) {
      return difference < TOLERANCE * Double.MIN_NORMAL;
    }
    return difference / Math.min(sum, Double.MAX_VALUE) < TOLERANCE;
  }

  static boolean almostEqual(NativeHistogram expected, NativeHistogram actual, boolean mindHint) {
    return expected.schema() == actual.schema()
        && almostEqual(expected.count(), actual.count())
        && almostEqual(expected.sum(), actual.sum())
        && expected.zeroThreshold() == actual.zeroThreshold()
        && almostEqual(expected.zeroCount(), actual.zeroCount())
        && Arrays.equals(expected.customBounds(), actual.customBounds())
        && almostEqual(expected.positive(), actual.positive())
        && almostEqual(expected.negative(), actual.negative())
        && (!mindHint || expected.resetHint() == actual.resetHint());
  }

  private static boolean almostEqual(Buckets expected, Buckets actual) {
    Map<Integer, Double> wanted = nonEmpty(expected);
    Map<Integer, Double> found = nonEmpty(actual);
    return wanted.keySet().equals(found.keySet())
        && wanted.keySet().stream()
            .allMatch(index ->
                almostEqual(wanted.getOrDefault(index, 0.0), found.getOrDefault(index, 0.0)));
  }

  /// Counts by index of the buckets that hold anything.
  static Map<Integer, Double> nonEmpty(Buckets buckets) {
    Map<Integer, Double> counts = new TreeMap<>();
    int index = 0;
    int bucket = 0;
    for (int span = 0; span < buckets.offsets().length; span++) {
      index += buckets.offsets()[span];
      for (int i = 0; i < buckets.lengths()[span]; i++) {
        if (buckets.counts()[bucket] != 0) {
          counts.put(index, buckets.counts()[bucket]);
        }
        index++;
        bucket++;
      }
    }
    return counts;
  }

  private static String describe(QueryValue value) {
    return switch (value) {
      case QueryValue.Scalar(_, double scalar) -> "scalar " + text(scalar);
      case QueryValue.Text(_, String text) -> "string \"" + text + "\"";
      case QueryValue.Vector(_, List<QueryValue.Sample> samples) ->
          "a vector of %d samples".formatted(samples.size());
      case QueryValue.Matrix(List<QueryValue.Series> series) ->
          "a matrix of %d series".formatted(series.size());
    };
  }

  private static String describe(QueryValue.Sample sample) {
    NativeHistogram histogram = sample.histogram();
    return histogram == null ? text(sample.value()) : HistogramNotation.format(histogram);
  }

  private static String describe(QueryValue.Series series) {
    List<String> samples = new ArrayList<>();
    for (int i = 0; i < series.values().length; i++) {
      if (series.hasSample(i)) {
        samples.add(
            describe(
                    new QueryValue.Sample(series.labels(), series.values()[i], series.histogram(i)))
                + "@"
                + DurationText.format(series.timestampsMillis()[i]));
      }
    }
    return samples.isEmpty() ? "no samples" : String.join(" ", samples);
  }

  private static String describe(ExpectedSeries expected, QueryTimes times) {
    List<String> samples = new ArrayList<>();
    for (int i = 0; i < expected.values().size(); i++) {
      Value value = expected.values().get(i);
      if (!(value instanceof Value.Omitted)) {
        samples.add(
            describe(List.of(value))
                + "@"
                + DurationText.format(times.startMillis() + i * times.stepMillis()));
      }
    }
    return String.join(" ", samples);
  }

  private static String describe(List<Value> values) {
    List<String> texts = new ArrayList<>();
    for (Value value : values) {
      texts.add(
          switch (value) {
            case Value.Omitted _ -> "_";
            case Value.Scalar(double scalar) -> text(scalar);
            case Value.Histogram(NativeHistogram histogram, _) ->
                HistogramNotation.format(histogram);
          });
    }
    return String.join(" ", texts);
  }

  private static String text(double value) {
    return StalenessMarker.is(value) ? "stale" : FloatText.shortest(value);
  }
}
