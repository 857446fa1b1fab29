package dev.weir.promql.eval.standing;

import dev.weir.promql.eval.range.SumOverTime;

/// `sum_over_time` and `avg_over_time`. Their sums are rounded from the left to the right, so a
/// range that has moved has to be added up anew: nothing slides here (docs/decisions/0162).
final class ScannedSum extends SlidingRange {
  private final boolean average;
  private double[] floats = {};

  ScannedSum(StandingColumn column, boolean average) {
    super(column);
    this.average = average;
  }

  @Override
  double value(Rows rows, int count) {
    if (floats.length < count) {
      floats = new double[2 * count];
    }
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
