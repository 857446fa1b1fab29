package dev.weir.promql.eval.range;

import org.jspecify.annotations.Nullable;

/// How much of a window the samples in it stand for.
///
/// Where a sample is close to a bound (within 1.1 of the average distance between samples), the
/// series is taken to go on to it; else by half that distance, and a counter not below zero. A
/// counter that says that it started inside the window, before its first sample, was zero then.
///
/// @param perSecond whether the result is divided by the window's length
record Extrapolation(boolean counter, boolean perSecond, long rangeMillis) {
  private static final double CLOSE = 1.1;

  /// When a counter started, if it did inside the window that ends at `end`; else 0.
  ///
  /// @param starts start timestamps, null if none is known
  /// @param first index of the first sample in the window
  long startInside(long @Nullable [] starts, int first, long firstMillis, long end) {
    return counter
            && starts != null
            && starts[first] > end - rangeMillis
            && starts[first] < firstMillis
        ? starts[first]
        : 0;
  }

  /// What the difference between the first and the last sample is multiplied by.
  ///
  /// @param intervals between samples: one less than samples
  /// @param start what [#startInside] found
  /// @param value of the first sample
  /// @param difference with resets
  double factor(
      long firstMillis,
      long lastMillis,
      int intervals,
      long end,
      long start,
      double value,
      double difference) {
    double sampled = (lastMillis - firstMillis) / 1000.0;
    double average = intervals > 0 ? sampled / intervals : 0;
    double threshold = average * CLOSE;
    double toStart = (firstMillis - (end - rangeMillis)) / 1000.0;
    if (start != 0) {
      toStart = 0;
      sampled = (lastMillis - start) / 1000.0;
    } else {
      if (toStart >= threshold) {
        toStart = average / 2;
      }
      if (counter && difference > 0 && value >= 0) {
        toStart = Math.min(toStart, sampled * (value / difference));
      }
    }
    double toEnd = (end - lastMillis) / 1000.0;
    if (toEnd >= threshold) {
      toEnd = average / 2;
    }
    double factor = sampled == 0 ? 1 : (sampled + toStart + toEnd) / sampled;
    return perSecond ? factor / (rangeMillis / 1000.0) : factor;
  }
}
