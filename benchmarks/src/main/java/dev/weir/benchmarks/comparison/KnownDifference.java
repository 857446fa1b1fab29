package dev.weir.benchmarks.comparison;

import dev.weir.benchmarks.comparison.Answer.Refusal;
import dev.weir.benchmarks.comparison.Answer.Result;
import dev.weir.benchmarks.comparison.Answer.Samples;
import dev.weir.benchmarks.comparison.AnswerComparison.Difference;
import dev.weir.benchmarks.comparison.AnswerComparison.Kind;
import dev.weir.model.Labels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// What has changed in PromQL between Prometheus 2.42 and 3.14, which Weir follows. Each is as
/// narrow as the answers allow: what a rule says of a query is looked for in the answers.
enum KnownDifference {
  NAME_AFTER_ATAN2(
      "atan2 dropped no metric name before Prometheus 3; without names, answers are the same, or"
          + " series that had other names meet") {
    @Override
    boolean explains(Question question, Answer weir, Answer prometheus, Difference difference) {
      return question.line().contains(" atan2 ")
          && switch (weir) {
            case Refusal refusal -> refusal.message().contains("same labelset");
            case Result ours ->
                prometheus instanceof Result theirs
                    && AnswerComparison.compare(question, nameless(ours), nameless(theirs))
                        .isEmpty();
          };
    }
  },

  RATE_NEAR_ZERO(
      "where the first sample is far from the start of the range, a counter near zero is now"
          + " extrapolated by half an interval at most; counters without resets are far from zero here, but"
          + " not other values that a rate is taken of") {
    @Override
    boolean explains(Question question, Answer weir, Answer prometheus, Difference difference) {
      return difference.kind() == Kind.VALUES
          && RATE.matcher(question.line())
              .results()
              .anyMatch(rate -> !LARGE_COUNTER.matcher(rate.group(1)).find());
    }
  },

  AT_MODIFIER_IN_LATER_STEPS(
      "the range of a function with more arguments than it moved with the steps in spite of its @,"
          + " and away from what had been read: 2.42 has wrong values or none after the first step") {
    @Override
    boolean explains(Question question, Answer weir, Answer prometheus, Difference difference) {
      return !question.isInstant()
          && question.line().contains(" @ ")
          && (question.line().contains("predict_linear(")
              || question.line().contains("quantile_over_time("))
          && difference.kind() != Kind.WEIR_REFUSES
          && difference.kind() != Kind.PROMETHEUS_REFUSES;
    }
  },

  PARAMETER_OF_FIXED_OPERAND(
      "over an operand that is fixed by @, Prometheus takes the parameter of an aggregation at the"
          + " first step for all (also in 3.13); Weir takes that of each step, decision 0106") {
    @Override
    boolean explains(Question question, Answer weir, Answer prometheus, Difference difference) {
      return !question.isInstant()
          && PARAMETER.matcher(question.line()).find()
          && (question.line().contains(" @ ") || question.line().contains("vector("))
          && difference.kind() != Kind.PROMETHEUS_REFUSES;
    }
  },

  DEVIATION_OF_INFINITY(
      "stddev and stdvar of infinities are NaN since Prometheus 3; of one alone they were 0") {
    @Override
    boolean explains(Question question, Answer weir, Answer prometheus, Difference difference) {
      return DEVIATION.matcher(question.line()).find()
          && difference.kind() == Kind.VALUES
          && Double.isNaN(difference.distance());
    }
  },

  DEVIATION_OF_LARGE_NUMBERS(
      "stddev and stdvar compensate rounding since Prometheus 3, which shows where values are large"
          + " and close together") {
    @Override
    boolean explains(Question question, Answer weir, Answer prometheus, Difference difference) {
      return DEVIATION.matcher(question.line()).find()
          && question.line().contains("timestamp(")
          && difference.kind() == Kind.VALUES
          && difference.distance() < 1e-3;
    }
  },

  MATCHES_BEFORE_FILTERS(
      "a comparison that filters is refused where several series match one, even if all but one of"
          + " them are filtered away; before Prometheus 3.9 that hid the error") {
    @Override
    boolean explains(Question question, Answer weir, Answer prometheus, Difference difference) {
      return COMPARISON.matcher(question.line()).find()
          && difference.kind() == Kind.WEIR_REFUSES
          && difference.detail().contains("multiple matches for labels");
    }
  },

  LOGARITHM_OF_SUBNORMAL(
      "2.42 took numbers below 2^-1022 for larger ones in logarithms, as Go's on this processor did") {
    @Override
    boolean explains(Question question, Answer weir, Answer prometheus, Difference difference) {
      return question.line().contains("calibration")
          && LOGARITHM.matcher(question.line()).find()
          && difference.kind() == Kind.VALUES;
    }
  },

  SUMS_BEYOND_FLOATS(
      "sums that leave the range of a float are infinite, and 2.42 made NaN of them; its averages"
          + " were not divided at the end, which shows there and among the smallest numbers") {
    @Override
    boolean explains(Question question, Answer weir, Answer prometheus, Difference difference) {
      return question.line().contains("calibration")
          && difference.kind() == Kind.VALUES
          && (!Double.isFinite(difference.distance()) || difference.distance() < Double.MIN_NORMAL);
    }
  },

  CHOICE_AMONG_EQUALS(
      "topk and bottomk may choose any of equal values, after the order in which series are read;"
          + " the values chosen are the same") {
    @Override
    boolean explains(Question question, Answer weir, Answer prometheus, Difference difference) {
      return CHOICE.matcher(question.line()).find()
          && weir instanceof Result ours
          && prometheus instanceof Result theirs
          && valuesByTime(ours).equals(valuesByTime(theirs));
    }
  };

  /// A rate and the beginning of what it is of.
  private static final Pattern RATE = Pattern.compile("(?:\\brate|increase)\\((.{0,80})");

  private static final Pattern LARGE_COUNTER =
      Pattern.compile(
          "^(\\{__name__=\"|)(?!jobs_started|http_requests)[a-z0-9_]+(_total|_sum|_count|_bucket)\\b(?!\\|)");

  private static final Pattern DEVIATION = Pattern.compile("\\bstd(dev|var)[^_]");
  private static final Pattern PARAMETER =
      Pattern.compile("\\b(topk|bottomk|quantile)\\b[^(]*(\\([^()]*\\))? ?\\( ?scalar\\(");

  private static final Pattern COMPARISON = Pattern.compile(" (==|!=|>|<|>=|<=) (?!bool)");
  private static final Pattern LOGARITHM = Pattern.compile("\\b(ln|log10)\\(");
  private static final Pattern CHOICE = Pattern.compile("\\b(top|bottom)k\\b");

  private final String explanation;

  KnownDifference(String explanation) {
    this.explanation = explanation;
  }

  String explanation() {
    return explanation;
  }

  /// Whether a difference is of this kind.
  abstract boolean explains(
      Question question, Answer weir, Answer prometheus, Difference difference);

  static Optional<KnownDifference> of(
      Question question, Answer weir, Answer prometheus, Difference difference) {
    return Arrays.stream(values())
        .filter(known -> known.explains(question, weir, prometheus, difference))
        .findFirst();
  }

  /// Without names; as it was if samples of equal series meet.
  private static Result nameless(Result result) {
    Map<Labels, Map<Long, Double>> merged = new TreeMap<>();
    for (Samples series : result.series()) {
      Map<Long, Double> values =
          merged.computeIfAbsent(series.labels().without(Labels.NAME), _ -> new TreeMap<>());
      for (Map.Entry<Long, Double> sample : series.values().entrySet()) {
        if (values.put(sample.getKey(), sample.getValue()) != null) {
          return result;
        }
      }
    }
    return new Result(
        result.type(),
        merged.entrySet().stream()
            .map(series -> new Samples(series.getKey(), series.getValue()))
            .toList(),
        result.text());
  }

  private static Map<Long, List<Double>> valuesByTime(Result result) {
    Map<Long, List<Double>> values = new TreeMap<>();
    for (Samples series : result.series()) {
      series
          .values()
          .forEach(
              // Zeros of both signs are equal.
              (time, value) ->
                  values.computeIfAbsent(time, _ -> new ArrayList<>()).add(value + 0.0));
    }
    values.values().forEach(Collections::sort);
    return values;
  }
}
