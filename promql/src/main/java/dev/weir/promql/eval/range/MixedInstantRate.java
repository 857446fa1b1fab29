package dev.weir.promql.eval.range;

import dev.weir.model.NativeHistogram;
import dev.weir.model.histogram.CounterReset;
import dev.weir.model.histogram.HistogramSum;
import org.jspecify.annotations.Nullable;

/// `irate` and `idelta` where samples may be floats as well as histograms: only the last two of the
/// window matter, and have to be of one kind.
public enum MixedInstantRate implements SampleKernel {
  IRATE,
  IDELTA;

  @Override
  public void evaluate(
      SampleWindows windows,
      RangeRemarks remarks,
      double[] out,
      @Nullable NativeHistogram[] outHistograms) {
    for (int step = 0; step < out.length; step++) {
      int last = windows.to(step) - 1;
      int before = last - 1;
      if (before < windows.from(step)) {
        continue;
      }
      NativeHistogram previous = windows.histograms()[before];
      NativeHistogram current = windows.histograms()[last];
      double seconds =
          (windows.timestampsMillis()[last] - windows.timestampsMillis()[before]) / 1000.0;
      if (previous != null && current != null) {
        boolean reset = isCounter() && isReset(windows, before, previous, current);
        outHistograms[step] = change(previous, current, reset, seconds, remarks);
      } else if (previous != null || current != null) {
        remarks.mixedFloatsAndHistograms();
      } else {
        double value = windows.values()[last];
        double valueBefore = windows.values()[before];
        boolean reset = isCounter() && (value < valueBefore || restarted(windows, before));
        double difference = reset ? value : value - valueBefore;
        out[step] = isCounter() ? difference / seconds : difference;
      }
    }
  }

  private boolean isCounter() {
    return this == IRATE;
  }

  private static boolean restarted(SampleWindows windows, int before) {
    return ExtrapolatedRate.restartedAfter(
        windows.startTimestampsMillis(), windows.timestampsMillis(), before);
  }

  private static boolean isReset(
      SampleWindows windows, int before, NativeHistogram previous, NativeHistogram current) {
    return restarted(windows, before) || CounterReset.isBetween(previous, current);
  }

  private @Nullable NativeHistogram change(
      NativeHistogram previous,
      NativeHistogram current,
      boolean reset,
      double seconds,
      RangeRemarks remarks) {
    for (NativeHistogram each : new NativeHistogram[] {previous, current}) {
      if (isCounter()) {
        remarks.expectCounter(each);
      } else {
        remarks.expectGauge(each);
      }
    }
    HistogramChange change = new HistogramChange(current, remarks);
    if (!reset) {
      change.subtract(previous);
    }
    HistogramSum sum = change.sum();
    if (sum == null) {
      return null;
    }
    if (isCounter()) {
      sum.divide(seconds);
    }
    return sum.asGauge().toHistogram();
  }
}
