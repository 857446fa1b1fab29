package dev.weir.promql.eval.range;

import dev.weir.model.NativeHistogram;
import dev.weir.model.histogram.CounterReset;
import dev.weir.model.histogram.SameObservations;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/// Functions that look at single samples or neighbouring ones, where those may be floats as well as
/// histograms.
public enum MixedSamples implements SampleKernel {
  /// `first_over_time`
  FIRST {
    @Override
    public void evaluate(
        SampleWindows windows,
        RangeRemarks remarks,
        double[] out,
        @Nullable NativeHistogram[] outHistograms) {
      pick(windows, windows::from, out, outHistograms);
    }
  },
  /// `last_over_time`
  LAST {
    @Override
    public void evaluate(
        SampleWindows windows,
        RangeRemarks remarks,
        double[] out,
        @Nullable NativeHistogram[] outHistograms) {
      pick(windows, step -> windows.to(step) - 1, out, outHistograms);
    }
  },
  /// `changes`
  CHANGES {
    @Override
    public void evaluate(
        SampleWindows windows,
        RangeRemarks remarks,
        double[] out,
        @Nullable NativeHistogram[] outHistograms) {
      count(windows, out, MixedSamples::isChange);
    }
  },
  /// `resets`
  RESETS {
    @Override
    public void evaluate(
        SampleWindows windows,
        RangeRemarks remarks,
        double[] out,
        @Nullable NativeHistogram[] outHistograms) {
      count(windows, out, MixedSamples::isReset);
    }
  };

  /// Gives each window that is not empty one of its samples.
  ///
  /// @param indexOf the sample of a step
  private static void pick(
      SampleWindows windows,
      IntUnaryOperator indexOf,
      double[] out,
      @Nullable NativeHistogram[] outHistograms) {
    for (int step = 0; step < out.length; step++) {
      if (windows.from(step) >= windows.to(step)) {
        continue;
      }
      int index = indexOf.applyAsInt(step);
      NativeHistogram histogram = windows.histograms()[index];
      if (histogram == null) {
        out[step] = windows.values()[index];
      } else {
        outHistograms[step] = histogram;
      }
    }
  }

  /// Something between a sample and the one before.
  private interface Transition {
    boolean isAt(SampleWindows windows, int index);
  }

  /// Counts once for the series; a window's count is a difference of two of those.
  private static void count(SampleWindows windows, double[] out, Transition transition) {
    int begin = windows.windows().begin();
    int[] upTo = new int[Math.max(1, windows.windows().end() - begin)];
    for (int i = 1; i < upTo.length; i++) {
      upTo[i] = upTo[i - 1] + (transition.isAt(windows, begin + i) ? 1 : 0);
    }
    for (int step = 0; step < out.length; step++) {
      int first = windows.from(step);
      int last = windows.to(step) - 1;
      if (last >= first) {
        out[step] = upTo[last - begin] - upTo[first - begin];
      }
    }
  }

  private static boolean isChange(SampleWindows windows, int index) {
    NativeHistogram before = windows.histograms()[index - 1];
    NativeHistogram now = windows.histograms()[index];
    if (before != null && now != null) {
      return !SameObservations.in(before, now);
    }
    double valueBefore = windows.values()[index - 1];
    double value = windows.values()[index];
    return before != null
        || now != null
        || (value != valueBefore && !(Double.isNaN(value) && Double.isNaN(valueBefore)));
  }

  private static boolean isReset(SampleWindows windows, int index) {
    NativeHistogram before = windows.histograms()[index - 1];
    NativeHistogram now = windows.histograms()[index];
    if (ExtrapolatedRate.restartedAfter(
        windows.startTimestampsMillis(), windows.timestampsMillis(), index - 1)) {
      return true;
    }
    if (before != null && now != null) {
      return CounterReset.isBetween(before, now);
    }
    boolean sameKind = before == null && now == null;
    return !sameKind || windows.values()[index] < windows.values()[index - 1];
  }
}
