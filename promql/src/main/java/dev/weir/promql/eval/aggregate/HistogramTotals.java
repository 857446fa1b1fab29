package dev.weir.promql.eval.aggregate;

import dev.weir.model.AbsentValue;
import dev.weir.model.NativeHistogram;
import dev.weir.model.histogram.HistogramSum;
import dev.weir.promql.ast.SourceSpan;
import dev.weir.promql.eval.histogram.HistogramMean;
import dev.weir.promql.eval.run.Annotations;
import dev.weir.promql.eval.run.Annotations.HistogramOperation;
import dev.weir.promql.eval.vector.VectorSeries;
import org.jspecify.annotations.Nullable;

/// What an aggregation that can have either floats or histograms makes of the histograms: their sum
/// or their mean at each step. Takes no memory before it meets one.
final class HistogramTotals {
  /// Estimated size of one, with its buckets and what rounding has lost of them.
  private static final long BYTES = 1024;

  private final Annotations annotations;
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

  HistogramTotals(Annotations annotations, SourceSpan operandSpan, boolean mean) {
    this.annotations = annotations;
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
    annotations.mixedExponentialAndCustomBuckets(metricName, operandSpan);
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

  /// Bits of the column of remarks.
  private static final int SAW_RESET = 1;

  private static final int SAW_NO_RESET = 2;
  private static final int BOUNDS_RECONCILED = 4;
  private static final int EXPONENTIAL_AND_CUSTOM = 8;
  private static final int IS_MEAN = 16;

  void save(StateColumns state) {
    @Nullable Total[] all = totals;
    if (all == null) {
      return;
    }
    @Nullable NativeHistogram[] sums = new NativeHistogram[all.length];
    @Nullable NativeHistogram[] lost = new NativeHistogram[all.length];
    double[] remarks = VectorSeries.absent(all.length);
    double[] counts = VectorSeries.absent(all.length);
    for (int step = 0; step < all.length; step++) {
      Total total = all[step];
      if (total == null) {
        continue;
      }
      HistogramSum.State saved = total.layout().state();
      sums[step] = saved.totals();
      lost[step] = saved.lost();
      int bits =
          (saved.sawReset() ? SAW_RESET : 0)
              | (saved.sawNoReset() ? SAW_NO_RESET : 0)
              | (saved.boundsReconciled() ? BOUNDS_RECONCILED : 0)
              | (total.exponentialAndCustom ? EXPONENTIAL_AND_CUSTOM : 0);
      if (total.mean != null) {
        bits |= total.mean.isMean() ? IS_MEAN : 0;
        counts[step] = total.mean.count();
      }
      remarks[step] = bits;
      state.metricName(total.metricName);
    }
    state.put("histogram_sum", sums);
    state.put("histogram_lost", lost);
    state.put("histogram_remarks", remarks);
    state.put("histogram_count", counts);
  }

  void load(StateColumns state) {
    @Nullable NativeHistogram[] sums = state.histograms("histogram_sum");
    @Nullable NativeHistogram[] lost = state.histograms("histogram_lost");
    if (sums == null || lost == null) {
      return;
    }
    double[] remarks = state.values("histogram_remarks");
    double[] counts = state.values("histogram_count");
    @Nullable Total[] all = totals(state.steps());
    for (int step = 0; step < all.length; step++) {
      NativeHistogram saved = sums[step];
      NativeHistogram lostOfSaved = lost[step];
      if (saved == null || lostOfSaved == null) {
        continue;
      }
      int bits = (int) remarks[step];
      HistogramSum sum =
          HistogramSum.resume(
              new HistogramSum.State(
                  saved,
                  lostOfSaved,
                  (bits & SAW_RESET) != 0,
                  (bits & SAW_NO_RESET) != 0,
                  (bits & BOUNDS_RECONCILED) != 0));
      Total total = new Total();
      if (mean) {
        total.mean = HistogramMean.resume(sum, counts[step], (bits & IS_MEAN) != 0);
      } else {
        total.sum = sum;
      }
      total.exponentialAndCustom = (bits & EXPONENTIAL_AND_CUSTOM) != 0;
      total.metricName = state.metricName();
      all[step] = total;
      count++;
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
        annotations.reconciledCustomBuckets(HistogramOperation.AGGREGATION, operandSpan);
      }
      if (!AbsentValue.is(values[step])) {
        values[step] = AbsentValue.VALUE;
        annotations.mixedFloatsAndHistogramsInAggregation(operandSpan);
      } else if (!total.exponentialAndCustom) {
        histograms[step] = value(total);
      }
    }
    return histograms;
  }

  private NativeHistogram value(Total total) {
    HistogramSum sum = total.layout();
    if (sum.resetsConflict()) {
      annotations.conflictingCounterResets(HistogramOperation.AGGREGATION, operandSpan);
    }
    return total.mean == null ? sum.toHistogram() : total.mean.value();
  }
}
