package dev.weir.promql.eval.aggregate;

import dev.weir.model.Labels;
import dev.weir.promql.eval.vector.VectorSeries;

/// Becomes one series of an aggregation's result, with a state for each step. One thread at a time.
abstract class Accumulator {
  private boolean dropName;

  /// Takes in a series. Its columns may be kept.
  final void add(VectorSeries series) {
    dropName |= series.dropName();
    accept(series);
  }

  /// Takes in what another of the same kind has taken in, which came after this one's series.
  final void merge(Accumulator later) {
    dropName |= later.dropName;
    combine(later);
  }

  final VectorSeries finish(Labels labels) {
    return result(labels).withDropName(dropName);
  }

  abstract void accept(VectorSeries series);

  abstract void combine(Accumulator later);

  abstract VectorSeries result(Labels labels);

  /// Columns of doubles that each of its kind holds, for the budget.
  abstract int columns();

  /// What it holds beside its columns, for the budget.
  long histogramBytes() {
    return 0;
  }
}
