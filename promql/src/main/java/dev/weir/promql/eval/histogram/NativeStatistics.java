package dev.weir.promql.eval.histogram;

import dev.weir.model.NativeHistogram;
import dev.weir.promql.eval.function.CompensatedSum;
import dev.weir.promql.eval.function.GoMath;

/// Quantile, fraction and variance of a native histogram.
///
/// Observations are taken to be spread evenly over custom buckets and the zero bucket, and evenly
/// on a logarithmic scale over exponential ones. The zero bucket reaches to one side of zero only
/// if there are buckets on that side alone. Observations of NaN are in no bucket, but in the count;
/// a histogram that has some has a sum of NaN.
///
/// Source: the native histogram specification of Prometheus.
public final class NativeStatistics {
  /// What NaN among the observations does to a result.
  public enum NanEffect {
    NONE,
    /// The quantile is among them.
    RESULT_IS_NAN,
    /// They count as if they were above everything else.
    RESULT_IS_HIGHER,
    /// They are in no fraction.
    EXCLUDED
  }

  /// A value, and what NaN among the observations did to it.
  public record Result(double value, NanEffect effect) {
    static Result of(double value) {
      return new Result(value, NanEffect.NONE);
    }
  }

  private final NativeHistogram histogram;
  private final NativeBuckets buckets;

  public NativeStatistics(NativeHistogram histogram) {
    this.histogram = histogram;
    this.buckets = NativeBuckets.of(histogram);
  }

  public Result quantile(double q) {
    if (q < 0) {
      return Result.of(Double.NEGATIVE_INFINITY);
    }
    if (q > 1) {
      return Result.of(Double.POSITIVE_INFINITY);
    }
    if (histogram.count() == 0 || Double.isNaN(q)) {
      return Result.of(Double.NaN);
    }
    // From the nearer end; NaN, which counts as the highest, can only be told from the lower one.
    boolean forward = Double.isNaN(histogram.sum()) || q < 0.5;
    double rank = (forward ? q : 1 - q) * histogram.count();
    double seen = 0;
    int bucket = forward ? 0 : buckets.size() - 1;
    int last = bucket;
    while (bucket >= 0 && bucket < buckets.size()) {
      last = bucket;
      seen += buckets.count(bucket);
      if (buckets.count(bucket) != 0 && seen >= rank) {
        break;
      }
      bucket += forward ? 1 : -1;
    }
    if (buckets.size() > 0) {
      return inBucket(last, rank, seen, forward);
    }
    return Double.isNaN(histogram.sum())
        ? new Result(Double.NaN, NanEffect.RESULT_IS_NAN)
        : Result.of(rank == 0 ? Double.NaN : 0);
  }

  private Result inBucket(int bucket, double rank, double seenWithBucket, boolean forward) {
    double lower = buckets.lower(bucket);
    double upper = buckets.upper(bucket);
    if (histogram.hasCustomBuckets()) {
      if (lower == Double.NEGATIVE_INFINITY) {
        if (upper <= 0) {
          return Result.of(upper);
        }
        lower = 0;
      } else if (upper == Double.POSITIVE_INFINITY) {
        return Result.of(lower);
      }
    } else if (lower < 0 && upper > 0) {
      lower = hasOnlyPositive() ? 0 : lower;
      upper = hasOnlyNegative() ? 0 : upper;
    }
    double seen = Math.min(seenWithBucket, histogram.count());
    if (seen < rank) {
      return Double.isNaN(histogram.sum())
          ? new Result(Double.NaN, NanEffect.RESULT_IS_NAN)
          : Result.of(upper);
    }
    double count = buckets.count(bucket);
    double fraction = (forward ? rank - (seen - count) : seen - rank) / count;
    NanEffect effect =
        Double.isNaN(histogram.sum()) && countFrom(bucket + 1) + seen < histogram.count()
            ? NanEffect.RESULT_IS_HIGHER
            : NanEffect.NONE;
    return new Result(interpolate(lower, upper, fraction), effect);
  }

  private double interpolate(double lower, double upper, double fraction) {
    if (histogram.hasCustomBuckets() || (lower <= 0 && upper >= 0)) {
      return lower + (upper - lower) * fraction;
    }
    double logLower = GoMath.log2(Math.abs(lower));
    double logUpper = GoMath.log2(Math.abs(upper));
    return lower > 0
        ? Math.pow(2, logLower + (logUpper - logLower) * fraction)
        : -Math.pow(2, logUpper + (logLower - logUpper) * (1 - fraction));
  }

  private boolean hasOnlyPositive() {
    return histogram.negative().counts().length == 0 && histogram.positive().counts().length > 0;
  }

  private boolean hasOnlyNegative() {
    return histogram.positive().counts().length == 0 && histogram.negative().counts().length > 0;
  }

  private double countFrom(int first) {
    double count = 0;
    for (int bucket = first; bucket < buckets.size(); bucket++) {
      count += buckets.count(bucket);
    }
    return count;
  }

  /// The fraction of observations between two values.
  public Result fraction(double from, double to) {
    if (histogram.count() == 0 || Double.isNaN(from) || Double.isNaN(to)) {
      return Result.of(Double.NaN);
    }
    if (from >= to) {
      return Result.of(0);
    }
    double inBuckets = Double.isNaN(histogram.sum()) ? countFrom(0) : histogram.count();
    NanEffect effect = inBuckets < histogram.count() ? NanEffect.EXCLUDED : NanEffect.NONE;
    double fraction =
        (Math.min(rank(to), inBuckets) - Math.min(rank(from), inBuckets)) / histogram.count();
    return new Result(fraction, effect);
  }

  /// How many observations are below a value; infinite if it is above all buckets.
  private double rank(double value) {
    double below = 0;
    for (int bucket = 0; bucket < buckets.size(); bucket++) {
      double lower = buckets.lower(bucket);
      double upper = buckets.upper(bucket);
      boolean zero = lower <= 0 && upper >= 0;
      if (zero) {
        lower = hasOnlyPositive() ? 0 : lower;
        upper = hasOnlyNegative() ? 0 : upper;
      }
      if (lower >= value) {
        return below;
      }
      if (upper > value) {
        return histogram.hasCustomBuckets() || zero
            ? rankInLinear(value, below, lower, upper, buckets.count(bucket))
            : rankInExponential(value, below, lower, upper, buckets.count(bucket));
      }
      below += buckets.count(bucket);
    }
    return Double.POSITIVE_INFINITY;
  }

  private static double rankInLinear(
      double value, double below, double lower, double upper, double count) {
    return lower == Double.NEGATIVE_INFINITY
        ? count
        : below + count * (value - lower) / (upper - lower);
  }

  private static double rankInExponential(
      double value, double below, double lower, double upper, double count) {
    double logLower = GoMath.log2(Math.abs(lower));
    double logUpper = GoMath.log2(Math.abs(upper));
    double logValue = GoMath.log2(Math.abs(value));
    double fraction =
        value > 0
            ? (logValue - logLower) / (logUpper - logLower)
            : 1 - (logValue - logUpper) / (logLower - logUpper);
    return below + count * fraction;
  }

  /// The variance, with every observation at the middle of its bucket: the geometric middle of an
  /// exponential one.
  public double variance() {
    double mean = histogram.sum() / histogram.count();
    CompensatedSum sum = new CompensatedSum();
    for (int bucket = 0; bucket < buckets.size(); bucket++) {
      if (buckets.count(bucket) != 0) {
        double distance = middle(buckets.lower(bucket), buckets.upper(bucket)) - mean;
        sum.add(buckets.count(bucket) * distance * distance);
      }
    }
    return sum.value() / histogram.count();
  }

  private double middle(double lower, double upper) {
    if (histogram.hasCustomBuckets()) {
      return (upper + lower) / 2;
    }
    if (lower <= 0 && upper >= 0) {
      return 0;
    }
    double middle = Math.sqrt(upper * lower);
    return upper < 0 ? -middle : middle;
  }
}
