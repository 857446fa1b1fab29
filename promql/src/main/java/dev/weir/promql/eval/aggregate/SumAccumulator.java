package dev.weir.promql.eval.aggregate;

import dev.weir.model.AbsentValue;
import dev.weir.model.Labels;
import dev.weir.promql.eval.function.CompensatedSum;
import dev.weir.promql.eval.vector.VectorSeries;
import org.jspecify.annotations.Nullable;

/// `sum`, compensated as [CompensatedSum] is.
final class SumAccumulator extends StatefulAccumulator {
  /// Numbers below 2^960 in magnitude: as many as there can be series do not add up to infinity.
  private static final int TAME_EXPONENT = 1023 + 960;

  /// Carries into the sign where an exponent is not that of a tame number.
  private static final long UNTAME_CARRY = (0x800L - TAME_EXPONENT) << 52;

  /// Of the first series, its own array.
  private double[] sums;

  /// What rounding has lost; null if nothing was added yet.
  private double @Nullable [] compensations;

  private final HistogramTotals histograms;

  /// How many series were taken in, as long as all had tame numbers at all steps; then -1.
  private int tameSeries;

  SumAccumulator(HistogramTotals histograms) {
    this.sums = new double[0];
    this.histograms = histograms;
  }

  @Override
  void accept(VectorSeries series) {
    double[] values = series.values();
    if (sums.length == 0) {
      sums = values;
      tameSeries = isTame(values) ? 1 : -1;
    } else if (tameSeries > 0 && isTame(values)) {
      addTame(values, lost());
      tameSeries++;
    } else {
      tameSeries = -1;
      double[] compensation = lost();
      for (int step = 0; step < sums.length; step++) {
        if (!AbsentValue.is(values[step])) {
          add(step, values[step], compensation, 0);
        }
      }
    }
    histograms.accept(series);
  }

  private double[] lost() {
    double[] known = compensations;
    if (known == null) {
      known = new double[sums.length];
      compensations = known;
    }
    return known;
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
  private void addTame(double[] values, double[] compensation) {
    for (int step = 0; step < sums.length; step++) {
      double value = values[step];
      double sum = sums[step];
      double total = sum + value;
      double virtual = total - sum;
      compensation[step] += (sum - (total - virtual)) + (value - virtual);
      sums[step] = total;
    }
  }

  private void add(int step, double value, double[] compensation, double ofValue) {
    double sum = sums[step];
    if (AbsentValue.is(sum)) {
      sums[step] = value;
      compensation[step] = ofValue;
    } else {
      double total = sum + value;
      compensation[step] =
          CompensatedSum.compensationAfter(sum, compensation[step], value, total) + ofValue;
      sums[step] = total;
    }
  }

  @Override
  void combine(Accumulator later) {
    SumAccumulator other = (SumAccumulator) later;
    double[] compensation = lost();
    double[] others = other.compensations;
    if (tameSeries > 0 && other.tameSeries > 0) {
      addTame(other.sums, compensation);
      for (int step = 0; others != null && step < sums.length; step++) {
        compensation[step] += others[step];
      }
      tameSeries += other.tameSeries;
    } else {
      tameSeries = -1;
      for (int step = 0; step < sums.length; step++) {
        if (!AbsentValue.is(other.sums[step])) {
          add(step, other.sums[step], compensation, others == null ? 0 : others[step]);
        }
      }
    }
    histograms.combine(other.histograms);
  }

  @Override
  void save(StateColumns state) {
    double[] lost = lost();
    for (int step = 0; step < sums.length; step++) {
      if (AbsentValue.is(sums[step])) {
        lost[step] = AbsentValue.VALUE;
      }
    }
    state.put("sum", sums);
    state.put("lost", lost);
    histograms.save(state);
  }

  @Override
  void load(StateColumns state) {
    sums = state.values("sum");
    tameSeries = -1;
    double[] compensation = lost();
    double[] saved = state.values("lost");
    for (int step = 0; step < sums.length; step++) {
      compensation[step] = AbsentValue.is(saved[step]) ? 0 : saved[step];
    }
    histograms.load(state);
  }

  @Override
  VectorSeries result(Labels labels) {
    double[] compensation = compensations;
    for (int step = 0; step < sums.length; step++) {
      if (!AbsentValue.is(sums[step]) && !Double.isInfinite(sums[step])) {
        // Also where nothing is lost: a negative zero becomes a positive one, as in Prometheus.
        sums[step] += compensation == null ? 0 : compensation[step];
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
