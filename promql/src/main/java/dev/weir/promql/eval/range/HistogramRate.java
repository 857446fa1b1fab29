package dev.weir.promql.eval.range;

import dev.weir.model.NativeHistogram;
import dev.weir.model.histogram.CounterReset;
import dev.weir.model.histogram.HistogramSum;
import org.jspecify.annotations.Nullable;

/// `rate`, `increase` and `delta` of native histograms, as [ExtrapolatedRate] does it for floats:
/// the count says where a counter was zero. Resets are looked for once for the series.
public final class HistogramRate implements SampleKernel {
  private final boolean counter;
  private final boolean perSecond;

  public HistogramRate(boolean counter, boolean perSecond) {
    this.counter = counter;
    this.perSecond = perSecond;
  }

  @Override
  public void evaluate(
      SampleWindows windows,
      RangeRemarks remarks,
      double[] out,
      @Nullable NativeHistogram[] outHistograms) {
    boolean[] resetBefore = counter ? resets(windows) : new boolean[0];
    Extrapolation extrapolation = new Extrapolation(counter, perSecond, windows.rangeMillis());
    for (int step = 0; step < out.length; step++) {
      if (windows.from(step) < windows.to(step)) {
        outHistograms[step] = evaluate(windows, step, resetBefore, extrapolation, remarks);
      }
    }
  }

  /// For each sample whether there was a reset between the one before and it.
  static boolean[] resets(SampleWindows windows) {
    boolean[] resets = new boolean[windows.windows().end()];
    for (int i = windows.windows().begin() + 1; i < resets.length; i++) {
      resets[i] =
          ExtrapolatedRate.restartedAfter(
                  windows.startTimestampsMillis(), windows.timestampsMillis(), i - 1)
              || CounterReset.isBetween(windows.histogram(i - 1), windows.histogram(i));
    }
    return resets;
  }

  private @Nullable NativeHistogram evaluate(
      SampleWindows windows,
      int step,
      boolean[] resetBefore,
      Extrapolation extrapolation,
      RangeRemarks remarks) {
    int first = windows.from(step);
    int last = windows.to(step) - 1;
    long[] timestamps = windows.timestampsMillis();
    long end = windows.ends().timeMillis(step);
    long start =
        extrapolation.startInside(windows.startTimestampsMillis(), first, timestamps[first], end);
    if (first == last && start == 0) {
      return null;
    }
    HistogramChange change = new HistogramChange(windows.histogram(last), remarks);
    if (first < last && !difference(windows, first, last, resetBefore, change, remarks)) {
      return null;
    }
    if (start != 0 && first < last) {
      change.add(windows.histogram(first));
    }
    HistogramSum sum = change.sum();
    if (sum == null) {
      return null;
    }
    return sum.multiply(
            extrapolation.factor(
                timestamps[first],
                timestamps[last],
                last - first,
                end,
                start,
                windows.histogram(first).count(),
                sum.count()))
        .asGauge()
        .toHistogram();
  }

  /// Whether the histograms of the window go together.
  private boolean difference(
      SampleWindows windows,
      int first,
      int last,
      boolean[] resetBefore,
      HistogramChange change,
      RangeRemarks remarks) {
    if (!counter) {
      remarks.expectGauge(windows.histogram(first));
      remarks.expectGauge(windows.histogram(last));
      change.subtract(windows.histogram(first));
      return true;
    }
    // Nothing of a first sample before a reset is in the result, nor is its layout looked at.
    int from = resetBefore[first + 1] ? first + 1 : first;
    boolean custom = windows.histogram(from).hasCustomBuckets();
    for (int i = first; i <= last; i++) {
      remarks.expectCounter(windows.histogram(i));
      if (i >= from && windows.histogram(i).hasCustomBuckets() != custom) {
        remarks.mixedExponentialAndCustomBuckets();
        return false;
      }
    }
    if (from == first) {
      change.subtract(windows.histogram(first));
    } else if (custom) {
      // In place of the first, Prometheus takes an empty one that has the bounds of the second.
      change.subtract(HistogramSum.nothingLike(windows.histogram(from)).toHistogram());
    }
    for (int i = first + 2; i <= last; i++) {
      if (resetBefore[i]) {
        change.add(windows.histogram(i - 1));
      }
    }
    return true;
  }
}
