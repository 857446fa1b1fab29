package dev.weir.promql.eval.range;

import dev.weir.promql.eval.select.Windows;
import dev.weir.promql.eval.vector.Steps;

/// A function of the floats in each step's window of one series. Kernels are called by several
/// threads at once.
@FunctionalInterface
public interface RangeKernel {
  /// Writes the value of each step that has one; the others are absent in `out` already.
  void evaluate(FloatWindows windows, double[] out);

  /// The kernel for the series of a group, with what it can compute once for all that have a sample
  /// at each of the group's timestamps. Other series of the group have windows of their own.
  ///
  /// @param windows of the group's timestamps
  /// @param ends where the windows end
  /// @param rangeMillis how long they are
  default RangeKernel forGroup(
      long[] timestampsMillis, Windows windows, Steps ends, long rangeMillis) {
    return this;
  }
}
