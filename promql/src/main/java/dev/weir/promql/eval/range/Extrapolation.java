package dev.weir.promql.eval.range;

import org.jspecify.annotations.Nullable;

/// How much of a window the samples in it stand for.
///
/// Where a sample is close to a bound (within 1.1 of the average distance between samples), the
/// series is taken to go on to it; else by half that distance, and a counter not below zero. A
/// counter that says that it started inside the window, before its first sample, was zero then.
///
/// @param perSecond whether the result is divided by the window's length
public record Extrapolation(boolean counter, boolean perSecond, long rangeMillis) {
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
  public double factor(
      long firstMillis,
      long lastMillis,
      int intervals,
      long end,
      long start,
      double value,
      double difference) {
    double sampled = seconds(lastMillis - firstMillis);
    double average = average(sampled, intervals);
    double toEnd = reached(seconds(end - lastMillis), average);
    if (start != 0) {
      return factor(seconds(lastMillis - start), 0, toEnd);
    }
    double toStart = reached(seconds(firstMillis - (end - rangeMillis)), average);
    return factor(sampled, toZero(toStart, sampled, value, difference), toEnd);
  }

  static double seconds(long millis) {
    return millis / 1000.0;
  }

  /// The average distance between samples.
  static double average(double sampled, int intervals) {
    return intervals > 0 ? sampled / intervals : 0;
  }

  /// How far the series is taken to go on from the sample nearest to a bound.
  ///
  /// @param distance of that sample from the bound
  /// @param average distance between samples
  static double reached(double distance, double average) {
    return distance >= average * CLOSE ? average / 2 : distance;
  }

  /// How far back a counter is taken to have grown: not farther than to where it was zero.
  double toZero(double toStart, double sampled, double value, double difference) {
    return counter && difference > 0 && value >= 0
        ? Math.min(toStart, sampled * (value / difference))
        : toStart;
  }

  /// What a difference over `sampled` is multiplied by.
  double factor(double sampled, double toStart, double toEnd) {
    double factor = sampled == 0 ? 1 : (sampled + toStart + toEnd) / sampled;
    return perSecond ? factor / (rangeMillis / 1000.0) : factor;
  }
}
