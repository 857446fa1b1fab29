package dev.weir.model.histogram;

import dev.weir.model.ExponentialBounds;
import dev.weir.model.NativeHistogram;
import dev.weir.model.NativeHistogram.Buckets;
import dev.weir.model.NativeHistogram.ResetHint;
import java.util.Arrays;

/// Tells whether a counter was reset between two samples: whether anything has become less.
///
/// A producer may say so (or deny it) by the hint of the later sample; a gauge is looked at like a
/// counter, and whoever does so warns. Layouts may differ: a finer schema or a narrower zero bucket
/// only ever begins with a reset, a coarser or wider one is compared in its own terms.
public final class CounterReset {
  private CounterReset() {}

  public static boolean isBetween(NativeHistogram previous, NativeHistogram current) {
    return switch (current.resetHint()) {
      case RESET -> true;
      case NOT_RESET -> false;
      case UNKNOWN, GAUGE -> isLess(previous, current);
    };
  }

  private static boolean isLess(NativeHistogram previous, NativeHistogram current) {
    if (current.count() < previous.count()) {
      return true;
    }
    if (current.hasCustomBuckets() || previous.hasCustomBuckets()) {
      return current.hasCustomBuckets() != previous.hasCustomBuckets()
          || isLessInCustom(previous, current);
    }
    if (current.schema() > previous.schema()
        || current.zeroThreshold() < previous.zeroThreshold()) {
      return true;
    }
    HistogramSum before = HistogramSum.of(previous);
    if (current.zeroThreshold() > previous.zeroThreshold()
        || current.schema() < previous.schema()) {
      before.add(HistogramSum.nothingLike(current));
    }
    NativeHistogram comparable = before.toHistogram();
    return comparable.zeroThreshold() != current.zeroThreshold()
        || current.zeroCount() < comparable.zeroCount()
        || anyLess(comparable.positive(), current.positive(), current)
        || anyLess(comparable.negative(), current.negative(), current);
  }

  private static boolean anyLess(Buckets previous, Buckets current, NativeHistogram layout) {
    BucketRun before = BucketRun.of(previous, false);
    BucketRun now = BucketRun.of(current, false);
    int place = 0;
    for (int i = 0; i < before.size(); i++) {
      if (before.count(i) == 0 || isInZeroBucket(before.index(i), layout)) {
        continue;
      }
      while (place < now.size() && now.index(place) < before.index(i)) {
        place++;
      }
      boolean there = place < now.size() && now.index(place) == before.index(i);
      if (!there || now.count(place) < before.count(i)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isInZeroBucket(int index, NativeHistogram layout) {
    return !layout.hasCustomBuckets()
        && ExponentialBounds.upperBound(layout.schema(), index) <= layout.zeroThreshold();
  }

  private static boolean isLessInCustom(NativeHistogram previous, NativeHistogram current) {
    if (Arrays.equals(previous.customBounds(), current.customBounds())) {
      return anyLess(previous.positive(), current.positive(), current);
    }
    double[] common = HistogramSum.commonBounds(previous.customBounds(), current.customBounds());
    double[] before = countsIn(common, previous);
    double[] now = countsIn(common, current);
    for (int i = 0; i < before.length; i++) {
      if (now[i] < before[i]) {
        return true;
      }
    }
    return false;
  }

  /// Counts of a histogram with custom buckets in buckets with fewer bounds.
  private static double[] countsIn(double[] bounds, NativeHistogram histogram) {
    double[] counts = new double[bounds.length + 1];
    BucketRun run = BucketRun.of(histogram.positive(), false);
    for (int i = 0; i < run.size(); i++) {
      int found = Arrays.binarySearch(bounds, histogram.upperBound(run.index(i)));
      counts[found < 0 ? -found - 1 : found] += run.count(i);
    }
    return counts;
  }

  /// What is known of a sample when the one before it is known, too: what a producer that keeps its
  /// last sample would say. A hint that is there already stays.
  public static ResetHint hint(NativeHistogram previous, NativeHistogram current) {
    if (current.resetHint() != ResetHint.UNKNOWN) {
      return current.resetHint();
    }
    return isBetween(previous, current) ? ResetHint.RESET : ResetHint.NOT_RESET;
  }
}
