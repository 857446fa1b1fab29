package dev.weir.promql.eval.standing;

import dev.weir.model.AbsentValue;
import dev.weir.promql.eval.range.Extrapolation;
import java.util.Arrays;

/// `rate`, `increase` and `delta`, as [dev.weir.promql.eval.range.ExtrapolatedRate] computes them:
/// of a counter, remembers its resets.
final class SlidingRate extends SlidingRange {
  private final Extrapolation extrapolation;

  /// The rows after resets, and what the counter had come to before each.
  private final RowQueue resets = new RowQueue();

  private double[] before = {};
  private double latest;
  private boolean hasLatest;

  SlidingRate(StandingColumn column, Extrapolation extrapolation) {
    super(column);
    this.extrapolation = extrapolation;
  }

  @Override
  void forget() {
    resets.clear();
    hasLatest = false;
  }

  @Override
  void add(long row, double value) {
    if (extrapolation.counter() && hasLatest && value < latest) {
      int place = resets.size();
      if (place == before.length) {
        before = Arrays.copyOf(before, Math.max(4, 2 * place));
      }
      before[place] = latest;
      resets.add(row);
    }
    latest = value;
    hasLatest = true;
  }

  @Override
  double value(Rows rows, int count) {
    if (count < 2) {
      return AbsentValue.VALUE;
    }
    long first = first(rows);
    long last = last(rows);
    double start = at(first);
    double difference = at(last) - start;
    if (resets.size() > 0) {
      // The growth before the first sample is not of this range.
      int gone = resets.removeBefore(first + 1);
      if (gone > 0) {
        System.arraycopy(before, gone, before, 0, resets.size());
      }
      for (int i = 0; i < resets.size(); i++) {
        difference += before[i];
      }
    }
    return difference
        * extrapolation.factor(
            rows.timestampMillis(first),
            rows.timestampMillis(last),
            count - 1,
            rows.endMillis(),
            0,
            start,
            difference);
  }
}
