package dev.weir.promql.eval.range;

import dev.weir.model.NativeHistogram;
import dev.weir.model.NativeHistogram.ResetHint;
import dev.weir.model.histogram.HistogramSum;
import dev.weir.promql.ast.SourceSpan;
import dev.weir.promql.eval.run.Annotations;
import dev.weir.promql.eval.run.Annotations.HistogramOperation;

/// What there is to say of the samples in a range of one series.
///
/// @param span of the function's first argument
public record RangeRemarks(Annotations annotations, String metricName, SourceSpan span) {
  void mixedFloatsAndHistograms() {
    annotations.mixedFloatsAndHistograms(metricName, span);
  }

  void ignoredHistograms() {
    annotations.ignoredHistogramsInRange(metricName, span);
  }

  void mixedExponentialAndCustomBuckets() {
    annotations.mixedExponentialAndCustomBuckets(metricName, span);
  }

  /// A function of counters meets a histogram.
  void expectCounter(NativeHistogram histogram) {
    if (histogram.resetHint() == ResetHint.GAUGE) {
      annotations.histogramIsNoCounter(metricName, span);
    }
  }

  /// A function of gauges meets a histogram.
  void expectGauge(NativeHistogram histogram) {
    if (histogram.resetHint() != ResetHint.GAUGE) {
      annotations.histogramIsNoGauge(metricName, span);
    }
  }

  void reconciledBounds(HistogramOperation operation) {
    annotations.reconciledCustomBuckets(operation, span);
  }

  /// What happened while histograms were added up for their own sake.
  void aggregated(HistogramSum sum) {
    if (sum.resetsConflict()) {
      annotations.conflictingCounterResets(HistogramOperation.AGGREGATION, span);
    }
    if (sum.boundsReconciled()) {
      annotations.reconciledCustomBuckets(HistogramOperation.AGGREGATION, span);
    }
  }
}
