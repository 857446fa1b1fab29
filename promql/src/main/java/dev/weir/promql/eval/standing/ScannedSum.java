package dev.weir.promql.eval.standing;

import dev.weir.promql.eval.range.SumOverTime;

/// `sum_over_time` and `avg_over_time`. Their sums are rounded from the left to the right, so a
/// range that has moved has to be added up anew: nothing slides here (docs/decisions/0162).
final class ScannedSum extends SlidingRange {
  /// Where the ranges of one function, which are evaluated one after the other, put their floats.
  static final class Scratch {
    private double[] floats = {};

    private double[] of(int count) {
      if (floats.length < count) {
        floats = new double[2 * count];
      }
      return floats;
    }
  }

  private final boolean average;
  private final Scratch scratch;

  ScannedSum(StandingColumn column, boolean average, Scratch scratch) {
    super(column);
    this.average = average;
    this.scratch = scratch;
  }

  @Override
  double value(Rows rows, int count) {
    double[] floats = scratch.of(count);
    int found = 0;
    int gaps = 0;
    for (long row = rows.from(); row < rows.to(); row++) {
      if (isGap(row, gaps)) {
        gaps++;
      } else {
        floats[found++] = at(row);
      }
    }
    return average ? SumOverTime.average(floats, 0, found) : SumOverTime.sum(floats, 0, found);
  }
}
