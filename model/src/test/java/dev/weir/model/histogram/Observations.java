package dev.weir.model.histogram;

import dev.weir.model.ExponentialBounds;
import dev.weir.model.NativeHistogram;
import dev.weir.model.NativeHistogram.Buckets;
import dev.weir.model.NativeHistogram.ResetHint;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/// Histograms made the slow way: observation by observation, each put into the bucket that it
/// belongs to.
final class Observations {
  private Observations() {}

  /// Observations between -1000 and 1000, some of them very small.
  static double[] random(Random random) {
    double[] values = new double[random.nextInt(0, 40)];
    for (int i = 0; i < values.length; i++) {
      double magnitude = Math.pow(10, random.nextDouble(-4, 3));
      values[i] = random.nextInt(4) == 0 ? -magnitude : magnitude;
    }
    return values;
  }

  static NativeHistogram exponential(int schema, double zeroThreshold, double... values) {
    TreeMap<Integer, Double> positive = new TreeMap<>();
    TreeMap<Integer, Double> negative = new TreeMap<>();
    double zeroCount = 0;
    double sum = 0;
    for (double value : values) {
      sum += value;
      if (Math.abs(value) <= zeroThreshold) {
        zeroCount++;
      } else {
        (value > 0 ? positive : negative).merge(indexOf(schema, Math.abs(value)), 1.0, Double::sum);
      }
    }
    return new NativeHistogram(
        ResetHint.UNKNOWN,
        schema,
        zeroThreshold,
        zeroCount,
        values.length,
        sum,
        buckets(positive),
        buckets(negative),
        new double[0]);
  }

  private static int indexOf(int schema, double magnitude) {
    int index = (int) Math.ceil(Math.log(magnitude) / Math.log(2) * Math.pow(2, schema));
    while (ExponentialBounds.upperBound(schema, index) < magnitude) {
      index++;
    }
    while (ExponentialBounds.upperBound(schema, index - 1) >= magnitude) {
      index--;
    }
    return index;
  }

  static NativeHistogram custom(double[] bounds, double... values) {
    TreeMap<Integer, Double> counts = new TreeMap<>();
    double sum = 0;
    for (double value : values) {
      sum += value;
      int bucket = 0;
      while (bucket < bounds.length && bounds[bucket] < value) {
        bucket++;
      }
      counts.merge(bucket, 1.0, Double::sum);
    }
    return new NativeHistogram(
        ResetHint.UNKNOWN,
        NativeHistogram.CUSTOM_BUCKETS_SCHEMA,
        0,
        0,
        values.length,
        sum,
        buckets(counts),
        Buckets.NONE,
        bounds);
  }

  /// One span for each bucket, as nobody would write them.
  private static Buckets buckets(Map<Integer, Double> counts) {
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
    return new Buckets(offsets, lengths, values);
  }

  static double[] joined(double[] left, double[] right) {
    double[] both = Arrays.copyOf(left, left.length + right.length);
    System.arraycopy(right, 0, both, left.length, right.length);
    return both;
  }
}
