package dev.weir.promql.eval.aggregate;

import dev.weir.model.AbsentValue;
import dev.weir.model.NativeHistogram;
import dev.weir.model.histogram.HistogramSum;
import dev.weir.promql.ast.SourceSpan;
import dev.weir.promql.eval.histogram.HistogramMean;
import dev.weir.promql.eval.run.Annotations.HistogramOperation;
import dev.weir.promql.eval.run.QueryRun;
import dev.weir.promql.eval.vector.VectorSeries;
import org.jspecify.annotations.Nullable;

/// What an aggregation that can have either floats or histograms makes of the histograms: their sum
/// or their mean at each step. Takes no memory before it meets one.
final class HistogramTotals {
  /// Estimated size of one, with its buckets and what rounding has lost of them.
  private static final long BYTES = 1024;

  private final QueryRun run;
  private final SourceSpan operandSpan;
  private final boolean mean;
  private @Nullable Total @Nullable [] totals;
  private int count;

  /// The histograms of a group at one step.
  private static final class Total {
    /// The sum, unless a mean is wanted.
    private @Nullable HistogramSum sum;

    private @Nullable HistogramMean mean;
    private boolean exponentialAndCustom;

    /// Of the last series, for the warning.
    private String metricName = "";

    private HistogramSum layout() {
      if (mean != null) {
        return mean.total();
      }
      if (sum != null) {
        return sum;
      }
      throw new IllegalStateException("a total of nothing");
    }
  }

  HistogramTotals(QueryRun run, SourceSpan operandSpan, boolean mean) {
    this.run = run;
    this.operandSpan = operandSpan;
    this.mean = mean;
  }

  void accept(VectorSeries series) {
    @Nullable NativeHistogram[] histograms = series.histograms();
    if (histograms == null) {
      return;
    }
    for (int step = 0; step < histograms.length; step++) {
      NativeHistogram histogram = histograms[step];
      if (histogram != null) {
        add(step, histogram, histograms.length, series.metricName());
      }
    }
  }

  private void add(int step, NativeHistogram histogram, int steps, String metricName) {
    @Nullable Total[] all = totals(steps);
    Total total = all[step];
    if (total == null) {
      total = new Total();
      if (mean) {
        total.mean = new HistogramMean(histogram);
      } else {
        total.sum = HistogramSum.compensated(histogram);
      }
      all[step] = total;
      count++;
    } else if (!total.layout().fits(histogram)) {
      warnOfMix(total, metricName);
    } else if (total.mean != null) {
      total.mean.add(histogram);
    } else {
      total.layout().add(histogram);
    }
    total.metricName = metricName;
  }

  private @Nullable Total[] totals(int steps) {
    @Nullable Total[] all = totals;
    if (all == null) {
      all = new Total[steps];
      totals = all;
    }
    return all;
  }

  private void warnOfMix(Total total, String metricName) {
    total.exponentialAndCustom = true;
    run.annotations().mixedExponentialAndCustomBuckets(metricName, operandSpan);
  }

  void combine(HistogramTotals later) {
    @Nullable Total[] others = later.totals;
    if (others == null) {
      return;
    }
    @Nullable Total[] all = totals(others.length);
    for (int step = 0; step < others.length; step++) {
      Total mine = all[step];
      Total other = others[step];
      if (other == null) {
        continue;
      }
      if (mine == null) {
        all[step] = other;
        count++;
        continue;
      }
      mine.exponentialAndCustom |= other.exponentialAndCustom;
      if (!mine.layout().fits(other.layout())) {
        warnOfMix(mine, other.metricName);
      } else if (mine.mean != null && other.mean != null) {
        mine.mean.add(other.mean);
      } else {
        mine.layout().add(other.layout());
      }
    }
  }

  long bytes() {
    return count * BYTES;
  }

  /// The histograms that came out, null if there are none. Steps that had both floats and
  /// histograms have no result, and a warning.
  ///
  /// @param values of the floats; those of such steps are taken away
  @Nullable NativeHistogram @Nullable [] finish(double[] values) {
    @Nullable Total[] all = totals;
    if (all == null) {
      return null;
    }
    @Nullable NativeHistogram[] histograms = new NativeHistogram[all.length];
    for (int step = 0; step < all.length; step++) {
      Total total = all[step];
      if (total == null) {
        continue;
      }
      if (total.layout().boundsReconciled()) {
        run.annotations().reconciledCustomBuckets(HistogramOperation.AGGREGATION, operandSpan);
      }
      if (!AbsentValue.is(values[step])) {
        values[step] = AbsentValue.VALUE;
        run.annotations().mixedFloatsAndHistogramsInAggregation(operandSpan);
      } else if (!total.exponentialAndCustom) {
        histograms[step] = value(total);
      }
    }
    return histograms;
  }

  private NativeHistogram value(Total total) {
    HistogramSum sum = total.layout();
    if (sum.resetsConflict()) {
      run.annotations().conflictingCounterResets(HistogramOperation.AGGREGATION, operandSpan);
    }
    return total.mean == null ? sum.toHistogram() : total.mean.value();
  }
}
