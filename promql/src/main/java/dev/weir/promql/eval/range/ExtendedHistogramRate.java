package dev.weir.promql.eval.range;

import dev.weir.model.NativeHistogram;
import dev.weir.model.histogram.CounterReset;
import dev.weir.model.histogram.HistogramSum;
import dev.weir.promql.eval.histogram.InterpolatedHistogram;
import org.jspecify.annotations.Nullable;

/// [ExtendedRate] of native histograms.
public final class ExtendedHistogramRate implements SampleKernel {
  private final boolean smoothed;
  private final boolean counter;
  private final boolean perSecond;

  public ExtendedHistogramRate(boolean smoothed, boolean counter, boolean perSecond) {
    this.smoothed = smoothed;
    this.counter = counter;
    this.perSecond = perSecond;
  }

  @Override
  public void evaluate(
      SampleWindows windows,
      RangeRemarks remarks,
      double[] out,
      @Nullable NativeHistogram[] outHistograms) {
    for (int step = 0; step < out.length; step++) {
      if (windows.to(step) > windows.from(step) && areComparable(windows, step, remarks)) {
        outHistograms[step] = change(windows, step, remarks);
      }
    }
  }

  private boolean areComparable(SampleWindows windows, int step, RangeRemarks remarks) {
    boolean custom = windows.histogram(windows.from(step)).hasCustomBuckets();
    for (int i = windows.from(step); i < windows.to(step); i++) {
      NativeHistogram histogram = windows.histogram(i);
      if (histogram.hasCustomBuckets() != custom) {
        remarks.mixedExponentialAndCustomBuckets();
        return false;
      }
      if (counter) {
        remarks.expectCounter(histogram);
      }
    }
    return true;
  }

  private @Nullable NativeHistogram change(SampleWindows windows, int step, RangeRemarks remarks) {
    int first = windows.from(step);
    int last = windows.to(step) - 1;
    long end = windows.ends().timeMillis(step);
    long start = end - windows.rangeMillis();
    boolean beginsBefore = smoothed && windows.timestampsMillis()[first] < start;
    boolean endsAfter = smoothed && windows.timestampsMillis()[last] > end;
    NativeHistogram left =
        beginsBefore ? interpolated(windows, first, start, remarks) : windows.histogram(first);
    NativeHistogram right =
        endsAfter ? interpolated(windows, last - 1, end, remarks) : windows.histogram(last);
    HistogramChange change = new HistogramChange(right, remarks);
    change.subtract(left);
    if (counter) {
      addResets(windows, first, last, beginsBefore, left, right, change);
    } else {
      remarks.expectGauge(left);
      remarks.expectGauge(right);
    }
    HistogramSum sum = change.sum();
    if (sum == null) {
      return null;
    }
    if (perSecond) {
      sum.divide(windows.rangeMillis() / 1000.0);
    }
    return sum.asGauge().toHistogram();
  }

  private NativeHistogram interpolated(
      SampleWindows windows, int before, long time, RangeRemarks remarks) {
    long[] timestamps = windows.timestampsMillis();
    double share =
        (double) (time - timestamps[before]) / (timestamps[before + 1] - timestamps[before]);
    return InterpolatedHistogram.at(
        windows.histogram(before),
        windows.histogram(before + 1),
        share,
        counter,
        remarks::reconciledBounds);
  }

  /// Adds what the counter had before each reset between the bounds. The last sample is not looked
  /// at: the right bound stands for it, and has its hint.
  private static void addResets(
      SampleWindows windows,
      int first,
      int last,
      boolean beginsBefore,
      NativeHistogram left,
      NativeHistogram right,
      HistogramChange change) {
    int from = first + 1;
    NativeHistogram previous = left;
    if (beginsBefore
        && CounterReset.isBetween(windows.histogram(first), windows.histogram(first + 1))) {
      // Interpolation has taken care of this reset.
      previous = windows.histogram(first + 1);
      from++;
    }
    if (from > last) {
      return;
    }
    for (int i = from; i < last; i++) {
      if (CounterReset.isBetween(previous, windows.histogram(i))) {
        change.add(previous);
      }
      previous = windows.histogram(i);
    }
    if (CounterReset.isBetween(previous, right)) {
      change.add(previous);
    }
  }
}
