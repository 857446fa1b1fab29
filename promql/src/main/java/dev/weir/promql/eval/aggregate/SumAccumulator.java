package dev.weir.promql.eval.aggregate;

import dev.weir.model.AbsentValue;
import dev.weir.model.Labels;
import dev.weir.promql.eval.function.CompensatedSum;
import dev.weir.promql.eval.vector.VectorSeries;

/// `sum`, compensated as [CompensatedSum] is.
final class SumAccumulator extends Accumulator {
  /// Numbers below 2^960 in magnitude: as many as there can be series do not add up to infinity.
  private static final int TAME_EXPONENT = 1023 + 960;

  /// Carries into the sign where an exponent is not that of a tame number.
  private static final long UNTAME_CARRY = (0x800L - TAME_EXPONENT) << 52;

  private final double[] sums;
  private final double[] compensations;
  private final HistogramTotals histograms;

  /// How many series were taken in, as long as all had tame numbers at all steps; then -1.
  private int tameSeries;

  SumAccumulator(int steps, HistogramTotals histograms) {
    this.sums = VectorSeries.absent(steps);
    this.compensations = new double[steps];
    this.histograms = histograms;
  }

  @Override
  void accept(VectorSeries series) {
    double[] values = series.values();
    if (tameSeries >= 0 && isTame(values)) {
      if (tameSeries == 0) {
        System.arraycopy(values, 0, sums, 0, sums.length);
      } else {
        addTame(values);
      }
      tameSeries++;
    } else {
      tameSeries = -1;
      for (int step = 0; step < sums.length; step++) {
        double value = values[step];
        if (!AbsentValue.is(value)) {
          add(step, value, 0);
        }
      }
    }
    histograms.accept(series);
  }

  private static boolean isTame(double[] values) {
    long carries = 0;
    for (double value : values) {
      carries |= (Double.doubleToRawLongBits(value) & Long.MAX_VALUE) + UNTAME_CARRY;
    }
    return carries >= 0;
  }

  /// Adds what the larger of two summands tells about the rounding of their sum, without asking
  /// which it is: the error of a sum that does not overflow is a number, which both ways find
  /// exactly (Knuth, The Art of Computer Programming 2, 4.2.2, theorem B).
  private void addTame(double[] values) {
    for (int step = 0; step < sums.length; step++) {
      double value = values[step];
      double sum = sums[step];
      double total = sum + value;
      double virtual = total - sum;
      compensations[step] += (sum - (total - virtual)) + (value - virtual);
      sums[step] = total;
    }
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
    if (tameSeries > 0 && other.tameSeries > 0) {
      addTame(other.sums);
      for (int step = 0; step < sums.length; step++) {
        compensations[step] += other.compensations[step];
      }
      tameSeries += other.tameSeries;
    } else {
      tameSeries = -1;
      for (int step = 0; step < sums.length; step++) {
        if (!AbsentValue.is(other.sums[step])) {
          add(step, other.sums[step], other.compensations[step]);
        }
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
