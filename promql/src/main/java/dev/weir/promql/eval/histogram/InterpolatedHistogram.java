package dev.weir.promql.eval.histogram;

import dev.weir.model.NativeHistogram;
import dev.weir.model.histogram.CounterReset;
import dev.weir.model.histogram.HistogramSum;
import dev.weir.promql.eval.run.Annotations.HistogramOperation;
import java.util.function.Consumer;

/// A native histogram on the line between two samples of a series.
public final class InterpolatedHistogram {
  private InterpolatedHistogram() {}

  /// The histogram at a time between two samples that have buckets of the same kind.
  ///
  /// @param share how far the time is from the first (0) to the second (1)
  /// @param counter whether one that was reset between them rises from zero
  /// @param reconciled told where custom bounds differed
  public static NativeHistogram at(
      NativeHistogram first,
      NativeHistogram second,
      double share,
      boolean counter,
      Consumer<HistogramOperation> reconciled) {
    if (counter && CounterReset.isBetween(first, second)) {
      return HistogramSum.product(second, share);
    }
    HistogramSum sum = HistogramSum.of(second);
    sum.subtract(first);
    if (sum.takeBoundsReconciled()) {
      reconciled.accept(HistogramOperation.SUBTRACTION);
    }
    sum.multiply(share);
    sum.add(first);
    if (sum.takeBoundsReconciled()) {
      reconciled.accept(HistogramOperation.ADDITION);
    }
    return sum.toHistogram();
  }
}
