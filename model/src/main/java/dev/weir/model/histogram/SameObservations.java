package dev.weir.model.histogram;

import dev.weir.model.NativeHistogram;
import dev.weir.model.NativeHistogram.Buckets;
import java.util.Arrays;

/// Whether two histograms say the same: layout, totals and all buckets that hold anything. What is
/// known of resets does not matter, nor do empty buckets. NaN equals NaN.
public final class SameObservations {
  private SameObservations() {}

  public static boolean in(NativeHistogram left, NativeHistogram right) {
    return left.schema() == right.schema()
        && same(left.zeroThreshold(), right.zeroThreshold())
        && same(left.zeroCount(), right.zeroCount())
        && same(left.count(), right.count())
        && same(left.sum(), right.sum())
        && Arrays.equals(left.customBounds(), right.customBounds())
        && withoutEmpty(left.positive()).equals(withoutEmpty(right.positive()))
        && withoutEmpty(left.negative()).equals(withoutEmpty(right.negative()));
  }

  private static boolean same(double left, double right) {
    return left == right || (Double.isNaN(left) && Double.isNaN(right));
  }

  private static Buckets withoutEmpty(Buckets buckets) {
    return BucketRun.of(buckets, false).toBuckets();
  }
}
