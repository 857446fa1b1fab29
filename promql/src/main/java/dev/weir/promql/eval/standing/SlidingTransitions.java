package dev.weir.promql.eval.standing;

/// `changes` and `resets`: remembers the rows whose float differs from the one before, or is less.
final class SlidingTransitions extends SlidingRange {
  private final boolean resets;
  private final RowQueue transitions = new RowQueue();
  private double latest;
  private boolean hasLatest;

  /// @param resets whether only those count where the value becomes less
  SlidingTransitions(StandingColumn column, boolean resets) {
    super(column);
    this.resets = resets;
  }

  @Override
  void forget() {
    transitions.clear();
    hasLatest = false;
  }

  @Override
  void add(long row, double value) {
    if (hasLatest && isTransition(value)) {
      transitions.add(row);
    }
    latest = value;
    hasLatest = true;
  }

  private boolean isTransition(double value) {
    return resets
        ? value < latest
        : value != latest && !(Double.isNaN(value) && Double.isNaN(latest));
  }

  @Override
  double value(Rows rows, int count) {
    if (transitions.size() > 0) {
      transitions.removeBefore(first(rows) + 1);
    }
    return transitions.size();
  }
}
