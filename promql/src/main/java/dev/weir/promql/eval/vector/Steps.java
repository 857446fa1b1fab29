package dev.weir.promql.eval.vector;

/// The times that something is evaluated at.
///
/// Times beyond those that Prometheus takes become the earliest or latest of them. That leaves a
/// thousand years to the ends of what a `long` holds, more than any window has, so that nobody who
/// subtracts a window's length from a time has to think of overflow.
///
/// @param stepMillis distance from one to the next; 0 if all are the same time
/// @param count at least 1
public record Steps(long startMillis, long stepMillis, int count) {
  private static final long MARGIN_MILLIS = 62_135_596_801_000L;
  private static final long EARLIEST_MILLIS = Long.MIN_VALUE + MARGIN_MILLIS;
  private static final long LATEST_MILLIS = Long.MAX_VALUE - MARGIN_MILLIS;

  public Steps {
    startMillis = Math.clamp(startMillis, EARLIEST_MILLIS, LATEST_MILLIS);
    if (count < 1 || stepMillis < 0) {
      throw new IllegalArgumentException(count + " steps of " + stepMillis + " ms");
    }
  }

  public static Steps single(long timestampMillis) {
    return new Steps(timestampMillis, 0, 1);
  }

  public long timeMillis(int step) {
    return startMillis + step * stepMillis;
  }

  public long endMillis() {
    return timeMillis(count - 1);
  }

  public boolean isSingle() {
    return count == 1;
  }

  /// The first step alone.
  public Steps first() {
    return isSingle() ? this : single(startMillis);
  }

  /// The same steps, earlier.
  public Steps earlier(long millis) {
    return millis == 0 ? this : new Steps(startMillis - millis, stepMillis, count);
  }

  /// As many steps, all at one time.
  public Steps allAt(long timestampMillis) {
    return new Steps(timestampMillis, 0, count);
  }

  public long[] timestampsMillis() {
    long[] times = new long[count];
    for (int i = 0; i < count; i++) {
      times[i] = timeMillis(i);
    }
    return times;
  }
}
