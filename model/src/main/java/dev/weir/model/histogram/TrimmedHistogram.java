package dev.weir.model.histogram;

import dev.weir.model.NativeHistogram;
import dev.weir.model.NativeHistogram.Buckets;

/// What is left of a histogram without the observations above or below a value.
///
/// Buckets on the kept side stay, those on the other go. Of the bucket that the value lies in, the
/// share is kept that interpolation finds on the kept side: linear in custom buckets and the zero
/// bucket, logarithmic in exponential ones. Nothing is known of how observations are spread over a
/// bucket without an end, so it is kept or dropped as a whole. Where anything is taken away, count
/// and sum are estimated anew, the sum from the middles of what is left of the buckets.
public final class TrimmedHistogram {
  private final NativeHistogram histogram;
  private final double limit;

  /// Whether observations below the limit are kept.
  private final boolean keepsBelow;

  private double count;
  private double sum;
  private boolean trimmed;

  private TrimmedHistogram(NativeHistogram histogram, double limit, boolean keepsBelow) {
    this.histogram = histogram;
    this.limit = limit;
    this.keepsBelow = keepsBelow;
  }

  /// The observations up to a value: `histogram </ limit`.
  public static NativeHistogram below(NativeHistogram histogram, double limit) {
    return new TrimmedHistogram(histogram, limit, true).trim();
  }

  /// The observations from a value on: `histogram >/ limit`.
  public static NativeHistogram above(NativeHistogram histogram, double limit) {
    return new TrimmedHistogram(histogram, limit, false).trim();
  }

  private NativeHistogram trim() {
    Buckets positive = trim(histogram.positive(), true);
    Buckets negative = trim(histogram.negative(), false);
    double zeroCount = histogram.zeroCount() > 0 ? trimZeroBucket() : histogram.zeroCount();
    if (!trimmed) {
      return histogram;
    }
    return new NativeHistogram(
        histogram.resetHint(),
        histogram.schema(),
        histogram.zeroThreshold(),
        zeroCount,
        count,
        sum,
        positive,
        negative,
        histogram.customBounds());
  }

  private Buckets trim(Buckets buckets, boolean isPositive) {
    BucketRun run = BucketRun.of(buckets, false);
    double[] kept = new double[run.size()];
    for (int i = 0; i < run.size(); i++) {
      double outer = histogram.upperBound(run.index(i));
      double inner = histogram.upperBound(run.index(i) - 1);
      if (run.count(i) != 0) {
        kept[i] =
            isPositive
                ? keep(inner, outer, run.count(i), true)
                : keep(-outer, -inner, run.count(i), false);
        trimmed |= kept[i] != run.count(i);
      }
    }
    return BucketRun.of(new Buckets(buckets.offsets(), buckets.lengths(), kept), false).toBuckets();
  }

  private boolean hasAny(Buckets buckets) {
    for (double each : buckets.counts()) {
      if (each != 0) {
        return true;
      }
    }
    return false;
  }

  /// How many of a bucket's observations are kept; adds them to count and sum.
  private double keep(double lower, double upper, double bucketCount, boolean isPositive) {
    if (keepsBelow ? upper <= limit : lower >= limit) {
      return counted(bucketCount, middle(lower, upper, isPositive));
    }
    if (keepsBelow ? lower >= limit : upper <= limit) {
      return 0;
    }
    if (lower == Double.NEGATIVE_INFINITY) {
      return keepOfLowest(upper, bucketCount);
    }
    if (upper == Double.POSITIVE_INFINITY) {
      // Observations above the limit are in it, so a trim from below keeps it, one from above does
      // not.
      return keepsBelow ? 0 : counted(bucketCount, limit);
    }
    double under = bucketCount * shareUnder(lower, upper, isPositive);
    return keepsBelow
        ? counted(under, middle(lower, limit, isPositive))
        : counted(bucketCount - under, middle(limit, upper, isPositive));
  }

  /// The lowest custom bucket, which is taken to start at 0 if it ends above.
  private double keepOfLowest(double upper, double bucketCount) {
    if (keepsBelow) {
      if (limit > 0 && upper > 0 && upper != Double.POSITIVE_INFINITY) {
        return counted(bucketCount * limit / upper, limit / 2);
      }
      return upper <= 0 ? counted(bucketCount, limit) : 0;
    }
    if (limit >= 0 && upper != Double.POSITIVE_INFINITY) {
      return counted(bucketCount * (1 - limit / upper), (limit + upper) / 2);
    }
    return 0;
  }

  private double counted(double kept, double at) {
    count += kept;
    sum += at * kept;
    return kept;
  }

  private double shareUnder(double lower, double upper, boolean isPositive) {
    if (histogram.hasCustomBuckets()) {
      return (limit - lower) / (upper - lower);
    }
    double logLower = log2(Math.abs(lower));
    double logUpper = log2(Math.abs(upper));
    double logLimit = log2(Math.abs(limit));
    return isPositive
        ? (logLimit - logLower) / (logUpper - logLower)
        : 1 - (logLimit - logUpper) / (logLower - logUpper);
  }

  /// Of the fraction alone, so that powers of two are exact.
  private static double log2(double value) {
    int exponent = Math.getExponent(value);
    return Math.log(Math.scalb(value, -exponent)) / Math.log(2) + exponent;
  }

  private double middle(double lower, double upper, boolean isPositive) {
    if (Double.isInfinite(lower)) {
      if (Double.isInfinite(upper)) {
        return 0;
      }
      return upper > 0 ? upper / 2 : upper;
    }
    if (Double.isInfinite(upper)) {
      return lower;
    }
    if (histogram.hasCustomBuckets()) {
      return (lower + upper) / 2;
    }
    double middle = Math.sqrt(Math.abs(lower * upper));
    return isPositive ? middle : -middle;
  }

  private double trimZeroBucket() {
    double zeroCount = histogram.zeroCount();
    boolean hasPositive = hasAny(histogram.positive());
    boolean hasNegative = hasAny(histogram.negative());
    double lower = hasPositive && !hasNegative ? 0 : -histogram.zeroThreshold();
    double upper = hasNegative && !hasPositive ? 0 : histogram.zeroThreshold();
    double kept;
    if (keepsBelow ? limit >= upper && limit > lower : limit <= lower) {
      kept = counted(zeroCount, (lower + upper) / 2);
    } else if (keepsBelow ? limit <= lower : limit >= upper) {
      kept = 0;
    } else if (keepsBelow) {
      kept = counted(zeroCount * (limit - lower) / (upper - lower), (lower + limit) / 2);
    } else {
      kept = counted(zeroCount * (upper - limit) / (upper - lower), (limit + upper) / 2);
    }
    trimmed |= kept != zeroCount;
    return kept;
  }
}
