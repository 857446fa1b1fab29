package dev.weir.promql.eval.range;

import dev.weir.model.NativeHistogram;
import org.jspecify.annotations.Nullable;

/// A function of the samples in each step's window of one series that has native histograms.
/// Kernels are called by several threads at once.
public interface SampleKernel {
  /// Writes the result of each step that has one, a float or a histogram; the others are absent
  /// already.
  ///
  /// @param remarks for what is wrong with the samples
  void evaluate(
      SampleWindows windows,
      RangeRemarks remarks,
      double[] out,
      @Nullable NativeHistogram[] outHistograms);
}
