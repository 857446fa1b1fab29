package dev.weir.promql.eval.aggregate;

import dev.weir.model.AbsentValue;
import dev.weir.model.Labels;
import dev.weir.promql.eval.vector.VectorSeries;

/// `count` and `group`: samples of either kind, and whether there are any.
final class CountAccumulator extends StatefulAccumulator {
  private final boolean onlyWhether;
  private final double[] counts;

  CountAccumulator(boolean onlyWhether, int steps) {
    this.onlyWhether = onlyWhether;
    this.counts = new double[steps];
  }

  @Override
  void accept(VectorSeries series) {
    for (int step = 0; step < counts.length; step++) {
      if (series.hasSample(step)) {
        counts[step]++;
      }
    }
  }

  @Override
  void combine(Accumulator later) {
    double[] more = ((CountAccumulator) later).counts;
    for (int step = 0; step < counts.length; step++) {
      counts[step] += more[step];
    }
  }

  @Override
  void save(StateColumns state) {
    for (int step = 0; step < counts.length; step++) {
      if (counts[step] == 0) {
        counts[step] = AbsentValue.VALUE;
      }
    }
    state.put("count", counts);
  }

  @Override
  void load(StateColumns state) {
    double[] saved = state.values("count");
    for (int step = 0; step < counts.length; step++) {
      counts[step] = AbsentValue.is(saved[step]) ? 0 : saved[step];
    }
  }

  @Override
  VectorSeries result(Labels labels) {
    for (int step = 0; step < counts.length; step++) {
      if (counts[step] == 0) {
        counts[step] = AbsentValue.VALUE;
      } else if (onlyWhether) {
        counts[step] = 1;
      }
    }
    return VectorSeries.ofValues(labels, counts);
  }

  @Override
  int columns() {
    return 1;
  }
}
