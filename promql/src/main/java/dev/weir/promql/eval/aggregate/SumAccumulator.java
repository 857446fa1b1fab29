package dev.weir.promql.eval.aggregate;

import dev.weir.model.AbsentValue;
import dev.weir.model.Labels;
import dev.weir.promql.eval.function.CompensatedSum;
import dev.weir.promql.eval.vector.VectorSeries;

/// `sum`, compensated.
final class SumAccumulator extends Accumulator {
  private final double[] sums;
  private final double[] compensations;
  private final HistogramTotals histograms;

  SumAccumulator(int steps, HistogramTotals histograms) {
    this.sums = VectorSeries.absent(steps);
    this.compensations = new double[steps];
    this.histograms = histograms;
  }

  @Override
  void accept(VectorSeries series) {
    double[] values = series.values();
    for (int step = 0; step < sums.length; step++) {
      double value = values[step];
      if (!AbsentValue.is(value)) {
        add(step, value, 0);
      }
    }
    histograms.accept(series);
  }

  private void add(int step, double value, double compensation) {
    double sum = sums[step];
    if (AbsentValue.is(sum)) {
      sums[step] = value;
      compensations[step] = compensation;
    } else {
      double total = sum + value;
      compensations[step] =
          CompensatedSum.compensationAfter(sum, compensations[step], value, total) + compensation;
      sums[step] = total;
    }
  }

  @Override
  void combine(Accumulator later) {
    SumAccumulator other = (SumAccumulator) later;
    for (int step = 0; step < sums.length; step++) {
      if (!AbsentValue.is(other.sums[step])) {
        add(step, other.sums[step], other.compensations[step]);
      }
    }
    histograms.combine(other.histograms);
  }

  @Override
  VectorSeries result(Labels labels) {
    for (int step = 0; step < sums.length; step++) {
      if (!AbsentValue.is(sums[step]) && !Double.isInfinite(sums[step])) {
        sums[step] += compensations[step];
      }
    }
    return new VectorSeries(labels, false, sums, histograms.finish(sums));
  }

  @Override
  int columns() {
    return 2;
  }

  @Override
  long histogramBytes() {
    return histograms.bytes();
  }
}
