package dev.weir.promql.eval.aggregate;

import dev.weir.model.AbsentValue;
import dev.weir.model.Labels;
import dev.weir.promql.eval.vector.VectorSeries;

/// `min` and `max`. NaN counts only where there is nothing else.
final class ExtremeAccumulator extends StatefulAccumulator {
  private final boolean maximum;
  private final double[] extremes;
  private final IgnoredHistograms ignored;

  ExtremeAccumulator(boolean maximum, int steps, IgnoredHistograms ignored) {
    this.maximum = maximum;
    this.extremes = VectorSeries.absent(steps);
    this.ignored = ignored;
  }

  @Override
  void accept(VectorSeries series) {
    accept(series.values());
    ignored.remarkOn(series);
  }

  private void accept(double[] values) {
    for (int step = 0; step < extremes.length; step++) {
      double value = values[step];
      // An absent extreme is a NaN, too, so the first value always takes its place.
      if (!AbsentValue.is(value)
          && (Double.isNaN(extremes[step])
              || (maximum ? value > extremes[step] : value < extremes[step]))) {
        extremes[step] = value;
      }
    }
  }

  @Override
  void combine(Accumulator later) {
    accept(((ExtremeAccumulator) later).extremes);
  }

  @Override
  void save(StateColumns state) {
    state.put("extreme", extremes);
  }

  @Override
  void load(StateColumns state) {
    accept(state.values("extreme"));
  }

  @Override
  VectorSeries result(Labels labels) {
    return VectorSeries.ofValues(labels, extremes);
  }

  @Override
  int columns() {
    return 1;
  }
}
