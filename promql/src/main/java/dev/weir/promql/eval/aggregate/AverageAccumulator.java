package dev.weir.promql.eval.aggregate;

import dev.weir.model.AbsentValue;
import dev.weir.model.Labels;
import dev.weir.promql.eval.function.CompensatedSum;
import dev.weir.promql.eval.vector.VectorSeries;
import java.util.BitSet;

/// `avg`: a compensated sum divided by the count; at steps where the sum would overflow, a mean
/// that grows with each value.
final class AverageAccumulator extends StatefulAccumulator {
  /// Sums, or means at the steps in [#means].
  private final double[] totals;

  private final double[] compensations;
  private final double[] counts;
  private final BitSet means = new BitSet();
  private final HistogramTotals histograms;

  AverageAccumulator(int steps, HistogramTotals histograms) {
    this.totals = VectorSeries.absent(steps);
    this.compensations = new double[steps];
    this.counts = new double[steps];
    this.histograms = histograms;
  }

  @Override
  void accept(VectorSeries series) {
    double[] values = series.values();
    for (int step = 0; step < totals.length; step++) {
      if (!AbsentValue.is(values[step])) {
        add(step, values[step], 0, 1, false);
      }
    }
    histograms.accept(series);
  }

  private void add(int step, double total, double compensation, double count, boolean isMean) {
    if (counts[step] == 0) {
      totals[step] = total;
      compensations[step] = compensation;
      counts[step] = count;
      means.set(step, isMean);
      return;
    }
    double before = counts[step];
    counts[step] += count;
    if (!isMean && !means.get(step)) {
      double sum = totals[step] + total;
      if (!Double.isInfinite(sum)) {
        compensations[step] =
            CompensatedSum.compensationAfter(totals[step], compensations[step], total, sum)
                + compensation;
        totals[step] = sum;
        return;
      }
    }
    addMean(
        step,
        before,
        isMean ? total : total / count,
        isMean ? compensation : compensation / count,
        count);
  }

  private void addMean(int step, double before, double mean, double compensation, double count) {
    if (!means.get(step)) {
      means.set(step);
      totals[step] /= before;
      compensations[step] /= before;
    }
    double share = before / counts[step];
    double addedShare = count / counts[step];
    double old = share * totals[step];
    double added = addedShare * mean;
    double total = old + added;
    compensations[step] =
        CompensatedSum.compensationAfter(old, share * compensations[step], added, total)
            + addedShare * compensation;
    totals[step] = total;
  }

  @Override
  void combine(Accumulator later) {
    AverageAccumulator other = (AverageAccumulator) later;
    for (int step = 0; step < totals.length; step++) {
      if (other.counts[step] > 0) {
        add(
            step,
            other.totals[step],
            other.compensations[step],
            other.counts[step],
            other.means.get(step));
      }
    }
    histograms.combine(other.histograms);
  }

  @Override
  void save(StateColumns state) {
    double[] sums = VectorSeries.absent(totals.length);
    double[] averages = VectorSeries.absent(totals.length);
    for (int step = 0; step < totals.length; step++) {
      if (counts[step] == 0) {
        counts[step] = AbsentValue.VALUE;
        compensations[step] = AbsentValue.VALUE;
      } else {
        (means.get(step) ? averages : sums)[step] = totals[step];
      }
    }
    state.put("sum", sums);
    state.put("mean", averages);
    state.put("lost", compensations);
    state.put("count", counts);
    histograms.save(state);
  }

  @Override
  void load(StateColumns state) {
    double[] sums = state.values("sum");
    double[] averages = state.values("mean");
    double[] lost = state.values("lost");
    double[] savedCounts = state.values("count");
    for (int step = 0; step < totals.length; step++) {
      if (!AbsentValue.is(savedCounts[step])) {
        boolean isMean = !AbsentValue.is(averages[step]);
        add(step, isMean ? averages[step] : sums[step], lost[step], savedCounts[step], isMean);
      }
    }
    histograms.load(state);
  }

  @Override
  VectorSeries result(Labels labels) {
    for (int step = 0; step < totals.length; step++) {
      if (counts[step] > 0) {
        totals[step] =
            means.get(step)
                ? totals[step] + compensations[step]
                : totals[step] / counts[step] + compensations[step] / counts[step];
      }
    }
    return new VectorSeries(labels, false, totals, histograms.finish(totals));
  }

  @Override
  int columns() {
    return 3;
  }

  @Override
  long histogramBytes() {
    return histograms.bytes();
  }
}
