package dev.weir.promql.oracle;

import dev.weir.model.NativeHistogram;
import dev.weir.model.NativeHistogram.Buckets;
import dev.weir.model.NativeHistogram.ResetHint;
import java.util.Map;
import java.util.TreeMap;

/// A native histogram with positive exponential buckets, as a map. All have the same zero bucket.
///
/// @param counts by bucket index, without empty buckets
record NaiveHistogram(
    int schema, double zeroCount, double count, double sum, Map<Integer, Double> counts) {
  static final double ZERO_THRESHOLD = 0.001;

  NaiveHistogram {
    counts = new TreeMap<>(counts);
    counts.values().removeIf(value -> value == 0);
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
    return new NaiveHistogram(
        histogram.schema(), histogram.zeroCount(), histogram.count(), histogram.sum(), counts);
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
        ZERO_THRESHOLD,
        zeroCount,
        count,
        sum,
        new Buckets(offsets, lengths, values),
        Buckets.NONE,
        new double[0]);
  }

  private Map<Integer, Double> countsIn(int coarser) {
    Map<Integer, Double> merged = new TreeMap<>();
    // Bucket i ends at 2^(i / 2^schema).
    double factor = Math.pow(2, coarser - schema);
    counts.forEach(
        (index, value) -> merged.merge((int) Math.ceil(index * factor), value, Double::sum));
    return merged;
  }

  NaiveHistogram plus(NaiveHistogram other) {
    int coarser = Math.min(schema, other.schema);
    Map<Integer, Double> merged = countsIn(coarser);
    other.countsIn(coarser).forEach((index, value) -> merged.merge(index, value, Double::sum));
    return new NaiveHistogram(
        coarser, zeroCount + other.zeroCount, count + other.count, sum + other.sum, merged);
  }

  NaiveHistogram minus(NaiveHistogram other) {
    return plus(other.times(-1));
  }

  NaiveHistogram times(double factor) {
    Map<Integer, Double> scaled = new TreeMap<>();
    counts.forEach((index, value) -> scaled.put(index, value * factor));
    return new NaiveHistogram(schema, zeroCount * factor, count * factor, sum * factor, scaled);
  }

  NaiveHistogram dividedBy(double divisor) {
    Map<Integer, Double> scaled = new TreeMap<>();
    if (divisor != 0) {
      counts.forEach((index, value) -> scaled.put(index, value / divisor));
    }
    return new NaiveHistogram(schema, zeroCount / divisor, count / divisor, sum / divisor, scaled);
  }

  /// Whether this one, which came after another of its series, has less of anything, or nothing
  /// where there was something.
  boolean isResetAfter(NaiveHistogram previous) {
    if (count < previous.count || zeroCount < previous.zeroCount || schema > previous.schema) {
      return true;
    }
    return previous.countsIn(schema).entrySet().stream()
        .anyMatch(bucket -> {
          Double now = counts.get(bucket.getKey());
          return bucket.getValue() != 0 && (now == null || now < bucket.getValue());
        });
  }
}
