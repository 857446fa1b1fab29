package dev.weir.promql.eval.aggregate;

import dev.weir.promql.ast.SourceSpan;
import dev.weir.promql.eval.run.Annotations;
import dev.weir.promql.eval.vector.VectorSeries;

/// Says that an aggregation of floats left histograms out.
final class IgnoredHistograms {
  private final Annotations annotations;
  private final String operator;
  private final SourceSpan span;

  IgnoredHistograms(Annotations annotations, String operator, SourceSpan span) {
    this.annotations = annotations;
    this.operator = operator;
    this.span = span;
  }

  void remarkOn(VectorSeries series) {
    if (series.histograms() == null) {
      return;
    }
    for (int step = 0; step < series.values().length; step++) {
      if (series.histogram(step) != null) {
        annotations.ignoredHistogramInAggregation(operator, span);
        return;
      }
    }
  }
}
