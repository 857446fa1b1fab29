package dev.weir.promql.eval.histogram;

import dev.weir.promql.eval.run.MonotonicityFix;
import java.util.Arrays;

/// The buckets of a classic histogram at one time: upper bounds, and how many observations are at
/// or below each.
///
/// Observations are taken to be spread evenly over their bucket. The lowest bucket starts at 0 if
/// its bound is above 0; nothing is known of how far the highest goes.
public final class ClassicHistogram {
  /// Differences between neighbouring counts that are taken for rounding errors, relative to their
  /// sum.
  private static final double INSIGNIFICANT = 1e-12;

  private final double[] bounds;
  private final double[] counts;
  private int size;

  /// @param capacity the most buckets that will be added
  public ClassicHistogram(int capacity) {
    this.bounds = new double[capacity];
    this.counts = new double[capacity];
  }

  public boolean isEmpty() {
    return size == 0;
  }

  public void add(double upperBound, double cumulativeCount) {
    bounds[size] = upperBound;
    counts[size++] = cumulativeCount;
  }

  /// The quantile; NaN if there are no observations, no bucket up to +Inf, or only that one.
  ///
  /// Counts that decrease are raised to the one before; `fix` is told.
  public double quantile(double q, MonotonicityFix fix) {
    if (Double.isNaN(q)) {
      return Double.NaN;
    }
    if (q < 0) {
      return Double.NEGATIVE_INFINITY;
    }
    if (q > 1) {
      return Double.POSITIVE_INFINITY;
    }
    sort();
    if (bounds[size - 1] != Double.POSITIVE_INFINITY) {
      return Double.NaN;
    }
    makeMonotonic(fix);
    double observations = counts[size - 1];
    if (size < 2 || observations == 0) {
      return Double.NaN;
    }
    return valueAt(q * observations);
  }

  private double valueAt(double rank) {
    int bucket = 0;
    while (bucket < size - 1 && !(counts[bucket] >= rank)) {
      bucket++;
    }
    if (bucket == size - 1) {
      return bounds[size - 2];
    }
    if (bucket == 0) {
      return bounds[0] <= 0 ? bounds[0] : bounds[0] * (rank / counts[0]);
    }
    double start = bounds[bucket - 1];
    double before = counts[bucket - 1];
    return start + (bounds[bucket] - start) * ((rank - before) / (counts[bucket] - before));
  }

  /// The fraction of observations between two values; NaN if there are no observations or no bucket
  /// up to +Inf.
  public double fraction(double lower, double upper) {
    sort();
    if (bounds[size - 1] != Double.POSITIVE_INFINITY) {
      return Double.NaN;
    }
    double observations = counts[size - 1];
    if (observations == 0 || Double.isNaN(lower) || Double.isNaN(upper)) {
      return Double.NaN;
    }
    return lower >= upper ? 0 : (rank(upper) - rank(lower)) / observations;
  }

  /// How many observations are below a value.
  private double rank(double value) {
    double start = bounds[0] <= 0 ? Double.NEGATIVE_INFINITY : 0;
    double before = 0;
    for (int bucket = 0; bucket < size; bucket++) {
      if (start >= value) {
        return Math.min(before, counts[size - 1]);
      }
      if (bounds[bucket] > value) {
        double rank =
            start == Double.NEGATIVE_INFINITY
                ? counts[bucket]
                : before + (counts[bucket] - before) * (value - start) / (bounds[bucket] - start);
        return Math.min(rank, counts[size - 1]);
      }
      start = bounds[bucket];
      before = counts[bucket];
    }
    return counts[size - 1];
  }

  /// By bound; the counts of equal bounds (`le="1"`, `le="1.0"`) are added up.
  private void sort() {
    // Buckets mostly come in order, and there are few: insertion is as good as any.
    for (int i = 1; i < size; i++) {
      double bound = bounds[i];
      double count = counts[i];
      int at = i;
      while (at > 0 && bounds[at - 1] > bound) {
        bounds[at] = bounds[at - 1];
        counts[at] = counts[at - 1];
        at--;
      }
      bounds[at] = bound;
      counts[at] = count;
    }
    int last = 0;
    for (int i = 1; i < size; i++) {
      if (bounds[i] == bounds[last]) {
        counts[last] += counts[i];
      } else {
        last++;
        bounds[last] = bounds[i];
        counts[last] = counts[i];
      }
    }
    size = last + 1;
  }

  private void makeMonotonic(MonotonicityFix fix) {
    double accepted = counts[0];
    for (int i = 1; i < size; i++) {
      double count = counts[i];
      if (isInsignificant(accepted, count)) {
        counts[i] = accepted;
      } else if (count < accepted) {
        fix.raised(bounds[i], accepted - count);
        counts[i] = accepted;
      } else {
        accepted = count;
      }
    }
  }

  private static boolean isInsignificant(double a, double b) {
    double sum = Math.abs(a) + Math.abs(b);
    double difference = Math.abs(a - b);
    if (a == 0 || b == 0 || sum < Double.MIN_NORMAL) {
      return difference < INSIGNIFICANT * Double.MIN_NORMAL;
    }
    return difference / Math.min(sum, Double.MAX_VALUE) < INSIGNIFICANT;
  }

  @Override
  public String toString() {
    return "bounds=%s counts=%s"
        .formatted(
            Arrays.toString(Arrays.copyOf(bounds, size)),
            Arrays.toString(Arrays.copyOf(counts, size)));
  }
}
