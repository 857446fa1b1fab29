package dev.weir.promql.oracle;

import dev.weir.promql.ast.Function;
import dev.weir.promql.oracle.OracleValue.Sample;
import java.math.BigDecimal;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/// Functions of the samples of one series in a range.
final class OracleRanges {
  private final long startMillis;
  private final long endMillis;
  private final List<Sample> samples;

  OracleRanges(long startMillis, long endMillis, List<Sample> samples) {
    this.startMillis = startMillis;
    this.endMillis = endMillis;
    this.samples = samples;
  }

  /// @return null if there is no result
  @Nullable Sample apply(Function function) {
    return switch (function) {
      case RATE -> rate(true, true);
      case INCREASE -> rate(true, false);
      case DELTA -> rate(false, false);
      case IRATE -> instantRate(true);
      case IDELTA -> instantRate(false);
      case RESETS -> transitions(this::isReset);
      case CHANGES -> transitions(this::isChange);
      case SUM_OVER_TIME -> total(1);
      case AVG_OVER_TIME -> total(samples.size());
      case MIN_OVER_TIME -> floats(OracleRanges::min);
      case MAX_OVER_TIME -> floats(OracleRanges::max);
      case STDVAR_OVER_TIME -> floats(OracleRanges::variance);
      case COUNT_OVER_TIME -> Sample.of(samples.size());
      case PRESENT_OVER_TIME -> Sample.of(1);
      case FIRST_OVER_TIME -> samples.getFirst();
      case LAST_OVER_TIME -> samples.getLast();
      default -> throw new IllegalArgumentException(function.text());
    };
  }

  private boolean isMixed() {
    return samples.stream().anyMatch(Sample::isFloat)
        && !samples.stream().allMatch(Sample::isFloat);
  }

  private @Nullable Sample floats(ToDoubleFunction<List<Double>> function) {
    List<Double> floats = samples.stream().filter(Sample::isFloat).map(Sample::value).toList();
    return floats.isEmpty() ? null : Sample.of(function.applyAsDouble(floats));
  }

  private @Nullable Sample total(double divisor) {
    if (isMixed()) {
      return null;
    }
    if (samples.getFirst().isFloat()) {
      return floats(values -> sum(values) / divisor);
    }
    if (!allFit(samples)) {
      return null;
    }
    NaiveHistogram sum =
        samples.stream().map(Sample::asHistogram).reduce(NaiveHistogram::plus).orElseThrow();
    return Sample.of(sum.dividedBy(divisor));
  }

  /// Whether no two histograms have buckets of different kinds.
  static boolean allFit(List<Sample> samples) {
    return samples.stream()
            .filter(sample -> !sample.isFloat())
            .map(sample -> sample.asHistogram().isCustom())
            .distinct()
            .count()
        < 2;
  }

  private @Nullable Sample rate(boolean counter, boolean perSecond) {
    if (isMixed() || samples.size() < 2) {
      return null;
    }
    Sample first = samples.getFirst();
    Sample last = samples.getLast();
    double sampled = (last.timestampMillis() - first.timestampMillis()) / 1000.0;
    double average = sampled / (samples.size() - 1);
    double toStart = (first.timestampMillis() - startMillis) / 1000.0;
    double toEnd = (endMillis - last.timestampMillis()) / 1000.0;
    toStart = toStart >= average * 1.1 ? average / 2 : toStart;
    toEnd = toEnd >= average * 1.1 ? average / 2 : toEnd;
    double perRange = perSecond ? (endMillis - startMillis) / 1000.0 : 1;
    if (first.isFloat()) {
      double difference = last.value() - first.value();
      for (int i = 1; counter && i < samples.size(); i++) {
        difference += isReset(i) ? samples.get(i - 1).value() : 0;
      }
      if (counter && difference > 0 && first.value() >= 0) {
        toStart = Math.min(toStart, sampled * (first.value() / difference));
      }
      return Sample.of(difference * ((sampled + toStart + toEnd) / sampled) / perRange);
    }
    // Nothing of what was before a reset right after the first sample is looked at.
    boolean firstIsReset = counter && isReset(1);
    List<Sample> bounds = List.of(first, last);
    List<Sample> looked = counter ? samples.subList(firstIsReset ? 1 : 0, samples.size()) : bounds;
    if (!allFit(looked)) {
      return null;
    }
    NaiveHistogram start =
        firstIsReset ? samples.get(1).asHistogram().times(0) : first.asHistogram();
    NaiveHistogram difference = last.asHistogram().minus(start);
    for (int i = 2; counter && i < samples.size(); i++) {
      if (isReset(i)) {
        difference = difference.plus(samples.get(i - 1).asHistogram());
      }
    }
    if (counter && difference.count() > 0 && first.asHistogram().count() >= 0) {
      toStart = Math.min(toStart, sampled * (first.asHistogram().count() / difference.count()));
    }
    return Sample.of(difference.times((sampled + toStart + toEnd) / sampled).dividedBy(perRange));
  }

  /// `rate`, `increase` or `delta` without extrapolation.
  @Nullable Sample difference(Function function) {
    boolean counter = function != Function.DELTA;
    double divisor = function == Function.RATE ? (endMillis - startMillis) / 1000.0 : 1;
    Sample first = samples.getFirst();
    Sample last = samples.getLast();
    if (first.isFloat()) {
      double difference = last.value() - first.value();
      for (int i = 1; counter && i < samples.size(); i++) {
        difference += isReset(i) ? samples.get(i - 1).value() : 0;
      }
      return Sample.of(difference / divisor);
    }
    if (!allFit(samples)) {
      return null;
    }
    NaiveHistogram difference = last.asHistogram().minus(first.asHistogram());
    for (int i = 1; counter && i < samples.size(); i++) {
      if (isReset(i)) {
        difference = difference.plus(samples.get(i - 1).asHistogram());
      }
    }
    return Sample.of(difference.dividedBy(divisor));
  }

  private @Nullable Sample instantRate(boolean counter) {
    if (samples.size() < 2) {
      return null;
    }
    Sample last = samples.getLast();
    Sample before = samples.get(samples.size() - 2);
    if (last.isFloat() != before.isFloat()) {
      return null;
    }
    boolean reset = counter && isReset(samples.size() - 1);
    double seconds = counter ? (last.timestampMillis() - before.timestampMillis()) / 1000.0 : 1;
    if (last.isFloat()) {
      return Sample.of((reset ? last.value() : last.value() - before.value()) / seconds);
    }
    if (!reset && !last.asHistogram().fits(before.asHistogram())) {
      return null;
    }
    NaiveHistogram difference =
        reset ? last.asHistogram() : last.asHistogram().minus(before.asHistogram());
    return Sample.of(difference.dividedBy(seconds));
  }

  private interface Transition {
    boolean isAt(int index);
  }

  private Sample transitions(Transition transition) {
    int count = 0;
    for (int i = 1; i < samples.size(); i++) {
      count += transition.isAt(i) ? 1 : 0;
    }
    return Sample.of(count);
  }

  private boolean isReset(int index) {
    Sample before = samples.get(index - 1);
    Sample now = samples.get(index);
    if (before.isFloat() != now.isFloat()) {
      return true;
    }
    return now.isFloat()
        ? now.value() < before.value()
        : now.asHistogram().isResetAfter(before.asHistogram());
  }

  private boolean isChange(int index) {
    Sample before = samples.get(index - 1);
    Sample now = samples.get(index);
    if (before.isFloat() != now.isFloat()) {
      return true;
    }
    boolean bothNan = Double.isNaN(before.value()) && Double.isNaN(now.value());
    return now.isFloat()
        ? before.value() != now.value() && !bothNan
        : !before.asHistogram().equals(now.asHistogram());
  }

  static double sum(List<Double> values) {
    if (values.stream().allMatch(Double::isFinite)) {
      return values.stream()
          .map(BigDecimal::new)
          .reduce(BigDecimal.ZERO, BigDecimal::add)
          .doubleValue();
    }
    return values.stream().mapToDouble(Double::doubleValue).sum();
  }

  static double max(List<Double> values) {
    return values.stream().filter(value -> !value.isNaN()).max(Double::compare).orElse(Double.NaN);
  }

  static double min(List<Double> values) {
    return values.stream().filter(value -> !value.isNaN()).min(Double::compare).orElse(Double.NaN);
  }

  static double variance(List<Double> values) {
    double mean = sum(values) / values.size();
    return values.stream().mapToDouble(value -> (value - mean) * (value - mean)).sum()
        / values.size();
  }
}
