package dev.weir.promql.eval.standing;

/// `max_over_time`, `min_over_time` and the times of those, as
/// [dev.weir.promql.eval.range.ExtremeOverTime] finds them: remembers the rows that can still
/// become the extreme.
final class SlidingExtreme extends SlidingRange {
  private final boolean maximum;
  private final boolean time;
  private final RowQueue candidates = new RowQueue();

  /// @param time whether the extreme's time is asked for
  SlidingExtreme(StandingColumn column, boolean maximum, boolean time) {
    super(column);
    this.maximum = maximum;
    this.time = time;
  }

  @Override
  void forget() {
    candidates.clear();
  }

  @Override
  void add(long row, double value) {
    if (Double.isNaN(value)) {
      return;
    }
    // Rows that were dropped have no value any more; none of them is last before one that is kept.
    candidates.removeBefore(lookedFrom());
    while (candidates.size() > 0 && yields(at(candidates.getLast()), value)) {
      candidates.removeLast();
    }
    candidates.add(row);
  }

  private boolean yields(double earlier, double later) {
    if (time && earlier == later) {
      return true;
    }
    return maximum ? earlier < later : earlier > later;
  }

  @Override
  double value(Rows rows, int count) {
    candidates.removeBefore(rows.from());
    long extreme = candidates.size() > 0 ? candidates.get(0) : last(rows);
    return time ? rows.timestampMillis(extreme) / 1000.0 : at(extreme);
  }
}
