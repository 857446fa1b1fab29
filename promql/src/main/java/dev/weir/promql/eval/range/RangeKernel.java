package dev.weir.promql.eval.range;

/// A function of the floats in each step's window of one series. Kernels are called by several
/// threads at once.
public interface RangeKernel {
  /// Writes the value of each step that has one; the others are absent in `out` already.
  void evaluate(FloatWindows windows, double[] out);
}
