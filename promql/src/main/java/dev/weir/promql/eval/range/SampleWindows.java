package dev.weir.promql.eval.range;

import dev.weir.model.NativeHistogram;
import dev.weir.promql.eval.select.Windows;
import dev.weir.promql.eval.vector.Steps;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/// The samples of a series that has native histograms, and each step's window of them. There are no
/// gaps and no staleness markers. Nobody writes to the arrays.
///
/// @param values of the floats
/// @param histograms null where a sample is a float
/// @param startTimestampsMillis as long as the values, 0 where unknown; null if none is known
/// @param windows bounds of the windows, as indices of the values
/// @param ends where the windows end
/// @param rangeMillis how long they are
public record SampleWindows(
    long[] timestampsMillis,
    double[] values,
    @Nullable NativeHistogram[] histograms,
    long @Nullable [] startTimestampsMillis,
    Windows windows,
    Steps ends,
    long rangeMillis) {
  int from(int step) {
    return windows.from()[step];
  }

  int to(int step) {
    return windows.to()[step];
  }

  /// The same samples, with nothing in the windows of some steps.
  SampleWindows withoutSteps(BitSet steps) {
    return new SampleWindows(
        timestampsMillis,
        values,
        histograms,
        startTimestampsMillis,
        windows.emptiedAt(steps),
        ends,
        rangeMillis);
  }

  /// A sample where all are histograms.
  NativeHistogram histogram(int index) {
    NativeHistogram histogram = histograms[index];
    if (histogram == null) {
      throw new IllegalArgumentException("sample " + index + " is a float");
    }
    return histogram;
  }
}
