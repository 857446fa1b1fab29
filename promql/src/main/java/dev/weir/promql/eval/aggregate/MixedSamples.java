package dev.weir.promql.eval.aggregate;

import dev.weir.model.AbsentValue;
import dev.weir.model.WeirException;
import dev.weir.promql.ast.SourceSpan;
import dev.weir.promql.eval.run.QueryRun;
import dev.weir.promql.eval.vector.VectorSeries;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/// Remembers at which steps an aggregation that can have either floats or histograms has met
/// histograms.
final class MixedSamples {
  private final QueryRun run;
  private final String operator;
  private final SourceSpan operandSpan;
  private @Nullable BitSet withHistograms;

  MixedSamples(QueryRun run, String operator, SourceSpan operandSpan) {
    this.run = run;
    this.operator = operator;
    this.operandSpan = operandSpan;
  }

  void accept(VectorSeries series) {
    if (series.histograms() == null) {
      return;
    }
    for (int step = 0; step < series.values().length; step++) {
      if (series.histogram(step) != null) {
        steps().set(step);
      }
    }
  }

  void combine(MixedSamples later) {
    if (later.withHistograms != null) {
      steps().or(later.withHistograms);
    }
  }

  private BitSet steps() {
    if (withHistograms == null) {
      withHistograms = new BitSet();
    }
    return withHistograms;
  }

  /// Takes away the results of steps that had both, with a warning.
  void removeMixed(double[] values) {
    if (withHistograms == null) {
      return;
    }
    for (int step = withHistograms.nextSetBit(0);
        step >= 0;
        step = withHistograms.nextSetBit(step + 1)) {
      if (AbsentValue.is(values[step])) {
        throw new WeirException.Unprocessable(
            operator + " of native histograms is not supported yet");
      }
      values[step] = AbsentValue.VALUE;
      run.annotations().mixedFloatsAndHistogramsInAggregation(operandSpan);
    }
  }
}
