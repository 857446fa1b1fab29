package dev.weir.promql.eval;

import dev.weir.model.Labels;
import dev.weir.model.StalenessMarker;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/// Evaluates as the language is defined, one sample after the other: each step looks at all samples
/// of each series again. What the engine is compared with.
final class NaiveEvaluator {
  /// A sample in a window.
  record Sample(long timestampMillis, double value) {}

  /// A window of one step, with the samples in it.
  record Window(long startMillis, long endMillis, List<Sample> samples) {
    double seconds() {
      return (endMillis - startMillis) / 1000.0;
    }

    Sample first() {
      return samples.getFirst();
    }

    Sample last() {
      return samples.getLast();
    }
  }

  /// A function of a window that has at least one sample; null if it has no result.
  interface WindowFunction {
    @Nullable Double apply(Window window);
  }

  private final Map<Labels, NavigableMap<Long, Double>> series;

  NaiveEvaluator(Map<Labels, NavigableMap<Long, Double>> series) {
    this.series = series;
  }

  /// An instant vector at one time.
  Map<Labels, Double> instant(Predicate<Labels> matching, long timeMillis, long lookbackMillis) {
    Map<Labels, Double> result = new TreeMap<>();
    series.forEach((labels, samples) -> {
      Map.Entry<Long, Double> latest = samples.floorEntry(timeMillis);
      if (matching.test(labels)
          && latest != null
          && latest.getKey() > timeMillis - lookbackMillis
          && !StalenessMarker.is(latest.getValue())) {
        result.put(labels, latest.getValue());
      }
    });
    return result;
  }

  /// A function of a range vector at one time; names are dropped if it is said so.
  Map<Labels, Double> range(
      Predicate<Labels> matching,
      long timeMillis,
      long rangeMillis,
      boolean keepName,
      WindowFunction function) {
    Map<Labels, Double> result = new TreeMap<>();
    series.forEach((labels, all) -> {
      List<Sample> samples = new ArrayList<>();
      all.subMap(timeMillis - rangeMillis, false, timeMillis, true)
          .forEach((time, value) -> {
            if (!StalenessMarker.is(value)) {
              samples.add(new Sample(time, value));
            }
          });
      if (matching.test(labels) && !samples.isEmpty()) {
        Double value = function.apply(new Window(timeMillis - rangeMillis, timeMillis, samples));
        if (value != null) {
          result.put(keepName ? labels : labels.without(Labels.NAME), value);
        }
      }
    });
    return result;
  }

  /// Values of a vector by the labels that it is grouped by.
  static Map<Labels, List<Double>> grouped(
      Map<Labels, Double> vector, Predicate<String> labelsOfGroup) {
    Map<Labels, List<Double>> groups = new TreeMap<>();
    vector.forEach((labels, value) ->
        groups.computeIfAbsent(labels.keep(labelsOfGroup), _ -> new ArrayList<>()).add(value));
    return groups;
  }

  static Map<Labels, Double> aggregated(
      Map<Labels, List<Double>> groups, ToDoubleFunction<List<Double>> function) {
    Map<Labels, Double> result = new TreeMap<>();
    groups.forEach((labels, values) -> result.put(labels, function.applyAsDouble(values)));
    return result;
  }

  static @Nullable Double extrapolated(Window window, boolean counter, boolean perSecond) {
    List<Sample> samples = window.samples();
    if (samples.size() < 2) {
      return null;
    }
    double difference = window.last().value() - window.first().value();
    if (counter) {
      for (int i = 1; i < samples.size(); i++) {
        if (samples.get(i).value() < samples.get(i - 1).value()) {
          difference += samples.get(i - 1).value();
        }
      }
    }
    double sampled = (window.last().timestampMillis() - window.first().timestampMillis()) / 1000.0;
    double average = sampled / (samples.size() - 1);
    double toStart = (window.first().timestampMillis() - window.startMillis()) / 1000.0;
    double toEnd = (window.endMillis() - window.last().timestampMillis()) / 1000.0;
    if (toStart >= average * 1.1) {
      toStart = average / 2;
    }
    if (toEnd >= average * 1.1) {
      toEnd = average / 2;
    }
    if (counter && difference > 0 && window.first().value() >= 0) {
      toStart = Math.min(toStart, sampled * (window.first().value() / difference));
    }
    double result = difference * ((sampled + toStart + toEnd) / sampled);
    return perSecond ? result / window.seconds() : result;
  }

  static @Nullable Double instantRate(Window window, boolean counter) {
    List<Sample> samples = window.samples();
    if (samples.size() < 2) {
      return null;
    }
    Sample last = samples.getLast();
    Sample before = samples.get(samples.size() - 2);
    double difference =
        counter && last.value() < before.value() ? last.value() : last.value() - before.value();
    return counter
        ? difference / ((last.timestampMillis() - before.timestampMillis()) / 1000.0)
        : difference;
  }

  static double count(List<Sample> samples, BiPredicate<Double, Double> pair) {
    int count = 0;
    for (int i = 1; i < samples.size(); i++) {
      if (pair.test(samples.get(i - 1).value(), samples.get(i).value())) {
        count++;
      }
    }
    return count;
  }

  static List<Double> values(Window window) {
    return window.samples().stream().map(Sample::value).toList();
  }

  /// In exact decimals where the values allow it.
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
    double squares = 0;
    for (double value : values) {
      squares += (value - mean) * (value - mean);
    }
    return squares / values.size();
  }

  static double quantile(double q, List<Double> values) {
    // NaN is the smallest of all.
    double[] sorted = new double[values.size()];
    int nans = 0;
    for (double value : values) {
      if (Double.isNaN(value)) {
        nans++;
      }
    }
    double[] numbers =
        values.stream()
            .filter(value -> !value.isNaN())
            .mapToDouble(Double::doubleValue)
            .sorted()
            .toArray();
    Arrays.fill(sorted, 0, nans, Double.NaN);
    System.arraycopy(numbers, 0, sorted, nans, numbers.length);
    double rank = q * (sorted.length - 1);
    int lower = (int) Math.floor(rank);
    int upper = Math.min(sorted.length - 1, lower + 1);
    double weight = rank - lower;
    return sorted[lower] * (1 - weight) + sorted[upper] * weight;
  }

  /// The slope of the least-squares line, per second.
  static @Nullable Double slope(Window window) {
    List<Sample> samples = window.samples();
    if (samples.size() < 2) {
      return null;
    }
    long origin = window.first().timestampMillis();
    double n = samples.size();
    double meanX = 0;
    double meanY = 0;
    for (Sample sample : samples) {
      meanX += (sample.timestampMillis() - origin) / 1000.0 / n;
      meanY += sample.value() / n;
    }
    double covariance = 0;
    double variance = 0;
    for (Sample sample : samples) {
      double x = (sample.timestampMillis() - origin) / 1000.0 - meanX;
      covariance += x * (sample.value() - meanY);
      variance += x * x;
    }
    return covariance / variance;
  }
}
