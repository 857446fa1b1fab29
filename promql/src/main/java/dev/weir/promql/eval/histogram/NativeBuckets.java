package dev.weir.promql.eval.histogram;

import dev.weir.model.NativeHistogram;
import dev.weir.model.NativeHistogram.Buckets;

/// All buckets of a native histogram from the lowest to the highest, with their bounds.
final class NativeBuckets {
  private final NativeHistogram histogram;
  private final double[] lower;
  private final double[] upper;
  private final double[] counts;
  private int size;

  private NativeBuckets(NativeHistogram histogram) {
    this.histogram = histogram;
    int capacity = histogram.negative().counts().length + 1 + histogram.positive().counts().length;
    this.lower = new double[capacity];
    this.upper = new double[capacity];
    this.counts = new double[capacity];
  }

  static NativeBuckets of(NativeHistogram histogram) {
    NativeBuckets all = new NativeBuckets(histogram);
    all.addNegative();
    if (histogram.zeroCount() > 0) {
      all.add(-histogram.zeroThreshold(), histogram.zeroThreshold(), histogram.zeroCount());
    }
    all.addPositive();
    return all;
  }

  private void add(double from, double to, double count) {
    lower[size] = from;
    upper[size] = to;
    counts[size++] = count;
  }

  private void addNegative() {
    Buckets buckets = histogram.negative();
    int index = 0;
    for (int span = 0; span < buckets.offsets().length; span++) {
      index += buckets.offsets()[span] + buckets.lengths()[span];
    }
    int bucket = buckets.counts().length;
    for (int span = buckets.offsets().length - 1; span >= 0; span--) {
      for (int i = 0; i < buckets.lengths()[span]; i++) {
        index--;
        add(-bound(index), -bound(index - 1), buckets.counts()[--bucket]);
      }
      index -= buckets.offsets()[span];
    }
  }

  private void addPositive() {
    Buckets buckets = histogram.positive();
    int index = 0;
    int bucket = 0;
    for (int span = 0; span < buckets.offsets().length; span++) {
      index += buckets.offsets()[span];
      for (int i = 0; i < buckets.lengths()[span]; i++) {
        add(bound(index - 1), bound(index), buckets.counts()[bucket++]);
        index++;
      }
    }
  }

  /// The upper bound of a positive bucket.
  private double bound(int index) {
    if (histogram.hasCustomBuckets()) {
      double[] bounds = histogram.customBounds();
      return index < 0
          ? Double.NEGATIVE_INFINITY
          : index < bounds.length ? bounds[index] : Double.POSITIVE_INFINITY;
    }
    double exponent = Math.scalb((double) index, -histogram.schema());
    // The highest finite bucket ends at the largest float; the one above is for infinity.
    return exponent == Double.MAX_EXPONENT + 1 ? Double.MAX_VALUE : Math.pow(2, exponent);
  }

  int size() {
    return size;
  }

  double lower(int bucket) {
    return lower[bucket];
  }

  double upper(int bucket) {
    return upper[bucket];
  }

  double count(int bucket) {
    return counts[bucket];
  }
}
