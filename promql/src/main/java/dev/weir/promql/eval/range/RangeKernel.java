package dev.weir.promql.eval.range;

import dev.weir.promql.eval.select.Windows;
import dev.weir.promql.eval.vector.Steps;

/// A function of the floats in each step's window of one series. Kernels are called by several
/// threads at once.
@FunctionalInterface
public interface RangeKernel {
  /// Writes the value of each step that has one; the others are absent in `out` already.
  void evaluate(FloatWindows windows, double[] out);

  /// The kernel for series that have a float at each of these timestamps, with what it can compute
  /// once for all of them. It is given columns with these windows alone.
  ///
  /// @param windows of the timestamps
  /// @param ends where the windows end
  /// @param rangeMillis how long they are
  default RangeKernel forTimestamps(
      long[] timestampsMillis, Windows windows, Steps ends, long rangeMillis) {
    return this;
  }
}
