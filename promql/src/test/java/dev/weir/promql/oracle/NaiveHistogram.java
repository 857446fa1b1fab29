package dev.weir.promql.oracle;

import dev.weir.model.NativeHistogram;
import dev.weir.model.NativeHistogram.Buckets;
import dev.weir.model.NativeHistogram.ResetHint;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// A native histogram with positive buckets, as a map: exponential buckets, which all have the same
/// zero bucket, or custom ones.
///
/// @param bounds of custom buckets; empty for exponential ones
/// @param counts by bucket index, without empty buckets
record NaiveHistogram(
    int schema,
    List<Double> bounds,
    double zeroCount,
    double count,
    double sum,
    Map<Integer, Double> counts) {
  static final double ZERO_THRESHOLD = 0.001;

  NaiveHistogram {
    bounds = List.copyOf(bounds);
    counts = new TreeMap<>(counts);
    counts.values().removeIf(value -> value == 0);
  }

  static NaiveHistogram exponential(
      int schema, double zeroCount, double count, double sum, Map<Integer, Double> counts) {
    return new NaiveHistogram(schema, List.of(), zeroCount, count, sum, counts);
  }

  static NaiveHistogram custom(
      List<Double> bounds, double count, double sum, Map<Integer, Double> counts) {
    return new NaiveHistogram(NativeHistogram.CUSTOM_BUCKETS_SCHEMA, bounds, 0, count, sum, counts);
  }

  static NaiveHistogram of(NativeHistogram histogram) {
    Map<Integer, Double> counts = new TreeMap<>();
    int index = 0;
    int bucket = 0;
    Buckets buckets = histogram.positive();
    for (int span = 0; span < buckets.offsets().length; span++) {
      index += buckets.offsets()[span];
      for (int i = 0; i < buckets.lengths()[span]; i++) {
        counts.put(index++, buckets.counts()[bucket++]);
      }
    }
    List<Double> bounds = new ArrayList<>();
    for (double bound : histogram.customBounds()) {
      bounds.add(bound);
    }
    return new NaiveHistogram(
        histogram.schema(),
        bounds,
        histogram.zeroCount(),
        histogram.count(),
        histogram.sum(),
        counts);
  }

  NativeHistogram toNative() {
    int[] offsets = new int[counts.size()];
    int[] lengths = new int[counts.size()];
    double[] values = new double[counts.size()];
    int next = 0;
    int place = 0;
    for (Map.Entry<Integer, Double> entry : counts.entrySet()) {
      offsets[place] = entry.getKey() - next;
      lengths[place] = 1;
      values[place++] = entry.getValue();
      next = entry.getKey() + 1;
    }
    return new NativeHistogram(
        ResetHint.UNKNOWN,
        schema,
        isCustom() ? 0 : ZERO_THRESHOLD,
        zeroCount,
        count,
        sum,
        new Buckets(offsets, lengths, values),
        Buckets.NONE,
        bounds.stream().mapToDouble(Double::doubleValue).toArray());
  }

  boolean isCustom() {
    return schema == NativeHistogram.CUSTOM_BUCKETS_SCHEMA;
  }

  /// Whether the two can be added.
  boolean fits(NaiveHistogram other) {
    return isCustom() == other.isCustom();
  }

  private Map<Integer, Double> countsIn(int coarser) {
    Map<Integer, Double> merged = new TreeMap<>();
    // Bucket i ends at 2^(i / 2^schema).
    double factor = Math.pow(2, coarser - schema);
    counts.forEach(
        (index, value) -> merged.merge((int) Math.ceil(index * factor), value, Double::sum));
    return merged;
  }

  /// Counts in custom buckets with fewer bounds.
  private Map<Integer, Double> countsIn(List<Double> fewer) {
    Map<Integer, Double> merged = new TreeMap<>();
    counts.forEach((index, value) -> {
      double end = index < bounds.size() ? bounds.get(index) : Double.POSITIVE_INFINITY;
      int bucket = (int) fewer.stream().filter(bound -> bound < end).count();
      merged.merge(bucket, value, Double::sum);
    });
    return merged;
  }

  private List<Double> commonBounds(NaiveHistogram other) {
    return bounds.stream().filter(other.bounds::contains).toList();
  }

  NaiveHistogram plus(NaiveHistogram other) {
    int coarser = Math.min(schema, other.schema);
    List<Double> common = commonBounds(other);
    Map<Integer, Double> merged = isCustom() ? countsIn(common) : countsIn(coarser);
    (isCustom() ? other.countsIn(common) : other.countsIn(coarser))
        .forEach((index, value) -> merged.merge(index, value, Double::sum));
    return new NaiveHistogram(
        coarser, common, zeroCount + other.zeroCount, count + other.count, sum + other.sum, merged);
  }

  NaiveHistogram minus(NaiveHistogram other) {
    return plus(other.times(-1));
  }

  NaiveHistogram times(double factor) {
    Map<Integer, Double> scaled = new TreeMap<>();
    counts.forEach((index, value) -> scaled.put(index, value * factor));
    return new NaiveHistogram(
        schema, bounds, isCustom() ? 0 : zeroCount * factor, count * factor, sum * factor, scaled);
  }

  NaiveHistogram dividedBy(double divisor) {
    Map<Integer, Double> scaled = new TreeMap<>();
    if (divisor != 0) {
      counts.forEach((index, value) -> scaled.put(index, value / divisor));
    }
    return new NaiveHistogram(
        schema,
        bounds,
        isCustom() ? 0 : zeroCount / divisor,
        count / divisor,
        sum / divisor,
        scaled);
  }

  /// Whether this one, which came after another of its series, has less of anything, or nothing
  /// where there was something.
  boolean isResetAfter(NaiveHistogram previous) {
    if (count < previous.count || !fits(previous)) {
      return true;
    }
    if (isCustom() && !bounds.equals(previous.bounds)) {
      List<Double> common = commonBounds(previous);
      return isLessIn(countsIn(common), previous.countsIn(common), 0);
    }
    // A bucket that is not there is less than any.
    return zeroCount < previous.zeroCount
        || schema > previous.schema
        || isLessIn(
            counts,
            isCustom() ? previous.counts : previous.countsIn(schema),
            Double.NEGATIVE_INFINITY);
  }

  private static boolean isLessIn(
      Map<Integer, Double> now, Map<Integer, Double> before, double missing) {
    return before.entrySet().stream()
        .anyMatch(bucket ->
            bucket.getValue() != 0
                && now.getOrDefault(bucket.getKey(), missing) < bucket.getValue());
  }
}
