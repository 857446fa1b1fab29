package dev.weir.collectors.write;

import dev.weir.model.NativeHistogram;
import dev.weir.model.WeirException;

/// Refuses native histograms whose numbers of observations cannot be, as Prometheus does. That
/// spans and buckets go together is looked after by [NativeHistogram] itself.
final class HistogramCounts {
  /// Beyond it a double does not have every whole number.
  private static final double MAX_EXACT = 1L << 53;

  private HistogramCounts() {}

  /// @param isInteger whether counts are whole numbers, whose sum is exact as far as doubles are
  /// @throws WeirException.BadData if a count is negative, or the count of all is not that of the
  ///   buckets
  static void check(NativeHistogram histogram, boolean isInteger) {
    double inBuckets =
        checkedSum("negative", histogram.negative().counts())
            + checkedSum("positive", histogram.positive().counts())
            + histogram.zeroCount();
    if (histogram.zeroCount() < 0) {
      throw new WeirException.BadData(
          "the zero bucket of a native histogram has %s observations; counts are not negative"
              .formatted(text(histogram.zeroCount())));
    }
    if (histogram.count() < 0) {
      throw new WeirException.BadData(
          "a native histogram has %s observations; counts are not negative"
              .formatted(text(histogram.count())));
    }
    if (histogram.hasCustomBuckets()) {
      checkCustom(histogram);
    }
    if (!isInteger || inBuckets > MAX_EXACT || histogram.count() > MAX_EXACT) {
      // Such sums differ in their last digits.
      return;
    }
    // Observations of NaN are counted, and are in no bucket.
    boolean mayHaveMore = Double.isNaN(histogram.sum());
    if (mayHaveMore ? inBuckets > histogram.count() : inBuckets != histogram.count()) {
      throw new WeirException.BadData(
          "a native histogram has %s observations in its buckets, but a count of %s; %s"
              .formatted(
                  text(inBuckets),
                  text(histogram.count()),
                  mayHaveMore ? "the count is not less" : "they are equal"));
    }
  }

  private static double checkedSum(String side, double[] counts) {
    double sum = 0;
    for (int bucket = 0; bucket < counts.length; bucket++) {
      if (counts[bucket] < 0) {
        throw new WeirException.BadData(
            "%s bucket %d of a native histogram has %s observations; counts are not negative"
                .formatted(side, bucket + 1, text(counts[bucket])));
      }
      sum += counts[bucket];
    }
    return sum;
  }

  private static void checkCustom(NativeHistogram histogram) {
    long last = 0;
    int[] offsets = histogram.positive().offsets();
    int[] lengths = histogram.positive().lengths();
    for (int span = 0; span < offsets.length; span++) {
      if (offsets[span] < 0) {
        throw new WeirException.BadData(
            "span %d of a native histogram with custom buckets has offset %d; offsets are not negative"
                .formatted(span, offsets[span]));
      }
      last += (long) offsets[span] + lengths[span];
    }
    int buckets = histogram.customBounds().length + 1;
    if (last > buckets) {
      throw new WeirException.BadData(
          "spans of a native histogram reach to custom bucket %d, but its bounds make %d"
              .formatted(last, buckets));
    }
    for (double bound : histogram.customBounds()) {
      if (!Double.isFinite(bound)) {
        throw new WeirException.BadData(
            "a native histogram has the custom bound %s; bounds are finite, and the bucket up to +Inf is implied"
                .formatted(bound));
      }
    }
  }

  /// As people write it: without a fraction where there is none.
  private static String text(double count) {
    return count == Math.rint(count) && Math.abs(count) < 1e15
        ? Long.toString((long) count)
        : Double.toString(count);
  }
}
