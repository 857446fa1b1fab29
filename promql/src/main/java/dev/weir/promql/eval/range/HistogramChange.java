package dev.weir.promql.eval.range;

import dev.weir.model.NativeHistogram;
import dev.weir.model.histogram.HistogramSum;
import dev.weir.promql.eval.run.Annotations.HistogramOperation;
import org.jspecify.annotations.Nullable;

/// The difference between two histograms of a series, with what is to be added for counter resets,
/// one by one. Comes to nothing, with a warning, where exponential and custom buckets meet.
final class HistogramChange {
  private final RangeRemarks remarks;
  private @Nullable HistogramSum sum;

  HistogramChange(NativeHistogram last, RangeRemarks remarks) {
    this.remarks = remarks;
    this.sum = HistogramSum.of(last);
  }

  void subtract(NativeHistogram other) {
    combine(other, HistogramOperation.SUBTRACTION);
  }

  void add(NativeHistogram other) {
    combine(other, HistogramOperation.ADDITION);
  }

  private void combine(NativeHistogram other, HistogramOperation operation) {
    HistogramSum current = sum;
    if (current == null) {
      return;
    }
    if (!current.fits(other)) {
      remarks.mixedExponentialAndCustomBuckets();
      sum = null;
      return;
    }
    if (operation == HistogramOperation.SUBTRACTION) {
      current.subtract(other);
    } else {
      current.add(other);
    }
    if (current.takeBoundsReconciled()) {
      remarks.reconciledBounds(operation);
    }
  }

  /// The change, for whoever scales it; null if there is none.
  @Nullable HistogramSum sum() {
    return sum;
  }
}
