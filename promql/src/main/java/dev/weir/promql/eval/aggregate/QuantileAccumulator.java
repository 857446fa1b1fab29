package dev.weir.promql.eval.aggregate;

import dev.weir.model.AbsentValue;
import dev.weir.model.Labels;
import dev.weir.promql.eval.range.Quantiles;
import dev.weir.promql.eval.vector.VectorSeries;
import java.util.ArrayList;
import java.util.List;

/// `quantile`: keeps all its series, because no smaller state gives exact quantiles.
final class QuantileAccumulator extends Accumulator {
  private final double[] quantiles;
  private final IgnoredHistograms ignored;
  private final List<double[]> columns = new ArrayList<>();

  /// @param quantiles of each step
  QuantileAccumulator(double[] quantiles, IgnoredHistograms ignored) {
    this.quantiles = quantiles;
    this.ignored = ignored;
  }

  @Override
  void accept(VectorSeries series) {
    columns.add(series.values());
    ignored.remarkOn(series);
  }

  @Override
  void combine(Accumulator later) {
    columns.addAll(((QuantileAccumulator) later).columns);
  }

  @Override
  VectorSeries result(Labels labels) {
    double[] values = VectorSeries.absent(quantiles.length);
    double[] atStep = new double[columns.size()];
    Quantiles sorted = new Quantiles(columns.size());
    for (int step = 0; step < values.length; step++) {
      int count = 0;
      for (double[] column : columns) {
        if (!AbsentValue.is(column[step])) {
          atStep[count++] = column[step];
        }
      }
      if (count > 0) {
        sorted.set(atStep, 0, count);
        values[step] = sorted.quantile(quantiles[step]);
      }
    }
    return VectorSeries.ofValues(labels, values);
  }

  @Override
  int columns() {
    // The columns are those of the input, which the budget knows already.
    return 0;
  }
}
