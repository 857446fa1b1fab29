package dev.weir.promql.ast;

/// The times of a query: what `@ start()`, `@ end()`, `step()` and `range()` stand for.
///
/// @param stepMillis distance between evaluations; 0 for an instant query
public record QueryTimes(long startMillis, long endMillis, long stepMillis) {
  public QueryTimes {
    if (endMillis < startMillis) {
      throw new IllegalArgumentException("end " + endMillis + " is before start " + startMillis);
    }
    if (stepMillis < 0) {
      throw new IllegalArgumentException("step of " + stepMillis + " ms");
    }
  }

  public static QueryTimes instant(long timestampMillis) {
    return new QueryTimes(timestampMillis, timestampMillis, 0);
  }

  public long rangeMillis() {
    return endMillis - startMillis;
  }

  /// When to evaluate, ascending.
  public long[] timestampsMillis() {
    int steps = stepMillis == 0 ? 1 : (int) (rangeMillis() / stepMillis) + 1;
    long[] timestamps = new long[steps];
    for (int step = 0; step < steps; step++) {
      timestamps[step] = startMillis + step * stepMillis;
    }
    return timestamps;
  }
}
