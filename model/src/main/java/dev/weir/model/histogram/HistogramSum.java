package dev.weir.model.histogram;

import dev.weir.model.ExponentialBounds;
import dev.weir.model.NativeHistogram;
import dev.weir.model.NativeHistogram.Buckets;
import dev.weir.model.NativeHistogram.ResetHint;
import dev.weir.model.WeirException;
import java.util.Arrays;

/// A histogram that others are added to. One thread at a time.
///
/// Layouts need not be the same. Of two schemas the coarser stays, of two zero buckets the wider,
/// widened further where its edge would cut a bucket that holds something; of custom bounds those
/// that both have. Exponential and custom buckets do not go together (see [#fits]).
///
/// A sum may be compensated: then every number carries what rounding has lost of it, as in
/// Prometheus's aggregations. Its binary operators and rates do without.
///
/// Source: the native histogram specification of Prometheus.
public final class HistogramSum {
  private static final double[] NO_BOUNDS = {};

  private final boolean compensated;
  private ResetHint resetHint;
  private int schema;
  private double zeroThreshold;
  private double[] customBounds;
  private BucketRun positive;
  private BucketRun negative;

  /// Zero count, count and sum.
  private final double[] totals;

  private final double[] lost;
  private boolean sawReset;
  private boolean sawNoReset;
  private boolean boundsReconciled;

  private HistogramSum(
      boolean compensated,
      ResetHint resetHint,
      int schema,
      double zeroThreshold,
      double[] customBounds,
      BucketRun positive,
      BucketRun negative,
      double[] totals,
      double[] lost) {
    this.compensated = compensated;
    this.resetHint = resetHint;
    this.schema = schema;
    this.zeroThreshold = zeroThreshold;
    this.customBounds = customBounds;
    this.positive = positive;
    this.negative = negative;
    this.totals = totals;
    this.lost = lost;
    mindHint(resetHint);
  }

  private static HistogramSum of(NativeHistogram first, boolean compensated) {
    return new HistogramSum(
        compensated,
        first.resetHint(),
        first.schema(),
        first.zeroThreshold(),
        first.customBounds(),
        BucketRun.of(first.positive(), compensated),
        BucketRun.of(first.negative(), compensated),
        new double[] {first.zeroCount(), first.count(), first.sum()},
        new double[3]);
  }

  /// A sum that starts with a histogram.
  public static HistogramSum of(NativeHistogram first) {
    return of(first, false);
  }

  /// A compensated sum that starts with a histogram.
  public static HistogramSum compensated(NativeHistogram first) {
    return of(first, true);
  }

  /// A sum that starts with nothing, in the layout of a histogram.
  public static HistogramSum nothingLike(NativeHistogram layout) {
    return new HistogramSum(
        false,
        layout.resetHint(),
        layout.schema(),
        layout.zeroThreshold(),
        layout.customBounds(),
        BucketRun.of(Buckets.NONE, false),
        BucketRun.of(Buckets.NONE, false),
        new double[3],
        new double[3]);
  }

  /// All that a compensated sum consists of, for whoever goes on with it elsewhere.
  ///
  /// @param totals the numbers as they are added up, empty buckets included
  /// @param lost what rounding has lost of each, in the same buckets
  public record State(
      NativeHistogram totals,
      NativeHistogram lost,
      boolean sawReset,
      boolean sawNoReset,
      boolean boundsReconciled) {}

  public State state() {
    return new State(
        with(totals, positive.toAllBuckets(), negative.toAllBuckets()),
        with(lost, positive.toLostBuckets(), negative.toLostBuckets()),
        sawReset,
        sawNoReset,
        boundsReconciled);
  }

  private NativeHistogram with(double[] numbers, Buckets positives, Buckets negatives) {
    return new NativeHistogram(
        resetHint,
        schema,
        zeroThreshold,
        numbers[0],
        numbers[1],
        numbers[2],
        positives,
        negatives,
        customBounds);
  }

  /// A compensated sum that goes on from a state.
  ///
  /// @throws WeirException.Corrupt if what was lost is not of the buckets that were added up
  public static HistogramSum resume(State state) {
    NativeHistogram lost = state.lost();
    HistogramSum sum = of(state.totals(), true);
    sum.positive.lose(lost.positive());
    sum.negative.lose(lost.negative());
    sum.lost[0] = lost.zeroCount();
    sum.lost[1] = lost.count();
    sum.lost[2] = lost.sum();
    sum.sawReset = state.sawReset();
    sum.sawNoReset = state.sawNoReset();
    sum.boundsReconciled = state.boundsReconciled();
    return sum;
  }

  public HistogramSum copy() {
    HistogramSum copy =
        new HistogramSum(
            compensated,
            resetHint,
            schema,
            zeroThreshold,
            customBounds,
            positive.copy(),
            negative.copy(),
            totals.clone(),
            lost.clone());
    copy.sawReset = sawReset;
    copy.sawNoReset = sawNoReset;
    copy.boundsReconciled = boundsReconciled;
    return copy;
  }

  /// Whether both have exponential buckets, or both custom ones. Others cannot be added.
  public boolean fits(NativeHistogram other) {
    return hasCustomBuckets() == other.hasCustomBuckets();
  }

  public boolean fits(HistogramSum other) {
    return hasCustomBuckets() == other.hasCustomBuckets();
  }

  private boolean hasCustomBuckets() {
    return schema == NativeHistogram.CUSTOM_BUCKETS_SCHEMA;
  }

  /// Whether one was known to follow a counter reset and another known not to: then their sum is
  /// that of nothing that ever was.
  public boolean resetsConflict() {
    return sawReset && sawNoReset;
  }

  /// Whether custom bounds differed, so that buckets had to be merged.
  public boolean boundsReconciled() {
    return boundsReconciled;
  }

  /// Whether that has happened since this was last asked.
  public boolean takeBoundsReconciled() {
    boolean taken = boundsReconciled;
    boundsReconciled = false;
    return taken;
  }

  public void add(NativeHistogram other) {
    combine(of(other, compensated), 1);
  }

  /// Adds what another sum has added up. The other one is of no use afterwards.
  public void add(HistogramSum other) {
    combine(other, 1);
    sawReset |= other.sawReset;
    sawNoReset |= other.sawNoReset;
    boundsReconciled |= other.boundsReconciled;
  }

  public void subtract(NativeHistogram other) {
    combine(of(other, compensated), -1);
  }

  /// May change the layout of `other`.
  private void combine(HistogramSum other, int sign) {
    if (!fits(other)) {
      throw new WeirException.Internal("exponential and custom buckets in one sum");
    }
    combineHints(other.resetHint);
    if (hasCustomBuckets()) {
      reconcileBounds(other);
    } else {
      reconcileZeroBuckets(other);
      int coarser = Math.min(schema, other.schema);
      coarsenTo(coarser);
      other.coarsenTo(coarser);
    }
    for (int i = 0; i < totals.length; i++) {
      addTotal(i, sign * other.totals[i], sign * other.lost[i]);
    }
    positive.add(other.positive, sign);
    negative.add(other.negative, sign);
  }

  private void mindHint(ResetHint hint) {
    sawReset |= hint == ResetHint.RESET;
    sawNoReset |= hint == ResetHint.NOT_RESET;
  }

  private void combineHints(ResetHint other) {
    mindHint(other);
    if (other == resetHint || resetHint == ResetHint.GAUGE) {
      return;
    }
    if (other == ResetHint.GAUGE) {
      resetHint = ResetHint.GAUGE;
      return;
    }
    resetHint = ResetHint.UNKNOWN;
  }

  private void addTotal(int which, double value, double lostOfValue) {
    double sum = totals[which] + value;
    if (compensated) {
      lost[which] = Compensation.after(totals[which], lost[which], value, sum) + lostOfValue;
    }
    totals[which] = sum;
  }

  private void coarsenTo(int coarser) {
    positive.coarsen(schema - coarser);
    negative.coarsen(schema - coarser);
    schema = coarser;
  }

  private void reconcileZeroBuckets(HistogramSum other) {
    while (zeroThreshold != other.zeroThreshold) {
      if (zeroThreshold < other.zeroThreshold) {
        widenZeroBucket(other.zeroThreshold);
      } else {
        other.widenZeroBucket(zeroThreshold);
      }
    }
  }

  /// Moves what lies within a wider zero bucket into it. Where its edge lies inside a bucket that
  /// holds something, it is moved out to that bucket's bound.
  private void widenZeroBucket(double atLeast) {
    double threshold = atLeast;
    double widened =
        Math.max(boundIfInside(positive, threshold), boundIfInside(negative, threshold));
    while (widened > threshold) {
      threshold = widened;
      widened = Math.max(boundIfInside(positive, threshold), boundIfInside(negative, threshold));
    }
    zeroThreshold = threshold;
    moveIntoZeroBucket(positive);
    moveIntoZeroBucket(negative);
  }

  /// The upper bound of the bucket that a value lies inside of, if that bucket holds anything; else
  /// the value.
  private double boundIfInside(BucketRun run, double value) {
    for (int i = 0; i < run.size(); i++) {
      if (lowerBound(run, i) >= value) {
        break;
      }
      double upper = ExponentialBounds.upperBound(schema, run.index(i));
      if (upper > value && run.count(i) != 0) {
        return upper;
      }
    }
    return value;
  }

  private double lowerBound(BucketRun run, int place) {
    return ExponentialBounds.upperBound(schema, run.index(place) - 1);
  }

  private void moveIntoZeroBucket(BucketRun run) {
    int inside = 0;
    while (inside < run.size() && lowerBound(run, inside) < zeroThreshold) {
      addTotal(0, run.count(inside), run.lost(inside));
      inside++;
    }
    if (inside > 0) {
      run.removeFirst(inside);
    }
  }

  private void reconcileBounds(HistogramSum other) {
    if (Arrays.equals(customBounds, other.customBounds)) {
      return;
    }
    double[] common = commonBounds(customBounds, other.customBounds);
    mapToBounds(common);
    other.mapToBounds(common);
    boundsReconciled = true;
  }

  static double[] commonBounds(double[] left, double[] right) {
    double[] common = new double[Math.min(left.length, right.length)];
    int size = 0;
    int i = 0;
    int j = 0;
    while (i < left.length && j < right.length) {
      if (left[i] == right[j]) {
        common[size++] = left[i];
        i++;
        j++;
      } else if (left[i] < right[j]) {
        i++;
      } else {
        j++;
      }
    }
    return size == 0 ? NO_BOUNDS : Arrays.copyOf(common, size);
  }

  private void mapToBounds(double[] common) {
    double[] bounds = customBounds;
    positive.merge(index -> bucketOf(index < bounds.length ? bounds[index] : Double.NaN, common));
    customBounds = common;
  }

  /// The bucket that ends at a bound or after it.
  ///
  /// @param bound NaN for that of the highest bucket
  private static int bucketOf(double bound, double[] bounds) {
    if (Double.isNaN(bound)) {
      return bounds.length;
    }
    int found = Arrays.binarySearch(bounds, bound);
    return found < 0 ? -found - 1 : found;
  }

  /// Among custom buckets there is no zero bucket, and nothing times infinity is not nothing.
  private int firstTotal() {
    return schema == NativeHistogram.CUSTOM_BUCKETS_SCHEMA ? 1 : 0;
  }

  /// Multiplies everything by a factor. Less than nothing of a counter is a gauge.
  public HistogramSum multiply(double factor) {
    for (int i = firstTotal(); i < totals.length; i++) {
      totals[i] *= factor;
      lost[i] *= factor;
    }
    positive.multiply(factor);
    negative.multiply(factor);
    if (factor < 0) {
      resetHint = ResetHint.GAUGE;
    }
    return this;
  }

  /// Divides everything. By zero, the buckets go: nothing is known of them any more.
  public HistogramSum divide(double divisor) {
    for (int i = firstTotal(); i < totals.length; i++) {
      totals[i] /= divisor;
      lost[i] /= divisor;
    }
    if (divisor == 0) {
      Arrays.fill(lost, 0);
      positive.clear();
      negative.clear();
    } else {
      positive.divide(divisor);
      negative.divide(divisor);
    }
    if (divisor < 0) {
      resetHint = ResetHint.GAUGE;
    }
    return this;
  }

  /// Marks the result as something that goes up and down.
  public HistogramSum asGauge() {
    resetHint = ResetHint.GAUGE;
    return this;
  }

  public double count() {
    return totals[1] + lost[1];
  }

  /// Whether anything has become infinite.
  public boolean overflows() {
    for (double total : totals) {
      if (Double.isInfinite(total)) {
        return true;
      }
    }
    return positive.overflows() || negative.overflows();
  }

  /// The largest of all numbers, whatever its sign.
  public double largest() {
    double largest = Math.max(positive.largest(), negative.largest());
    for (double total : totals) {
      largest = Math.max(largest, Math.abs(total));
    }
    return largest;
  }

  /// The sum so far, without empty buckets.
  public NativeHistogram toHistogram() {
    return new NativeHistogram(
        resetHint,
        schema,
        zeroThreshold,
        total(0),
        total(1),
        total(2),
        positive.toBuckets(),
        negative.toBuckets(),
        customBounds);
  }

  private double total(int which) {
    return Double.isInfinite(totals[which]) ? totals[which] : totals[which] + lost[which];
  }

  /// The product of a histogram and a number.
  public static NativeHistogram product(NativeHistogram histogram, double factor) {
    return of(histogram).multiply(factor).toHistogram();
  }

  /// A histogram divided by a number.
  public static NativeHistogram quotient(NativeHistogram histogram, double divisor) {
    return of(histogram).divide(divisor).toHistogram();
  }
}
