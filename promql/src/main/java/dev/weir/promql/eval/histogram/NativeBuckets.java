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
        add(
            -histogram.upperBound(index),
            -histogram.upperBound(index - 1),
            buckets.counts()[--bucket]);
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
        add(
            histogram.upperBound(index - 1),
            histogram.upperBound(index),
            buckets.counts()[bucket++]);
        index++;
      }
    }
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
