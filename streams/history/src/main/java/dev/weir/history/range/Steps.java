package dev.weir.history.range;

import dev.weir.model.TimeRange;
import dev.weir.rules.group.EvaluationTimes;

/// Evaluations of a group: evenly spaced times.
///
/// @param firstMillis when the first one is
/// @param count how many there are; may be none
public record Steps(long firstMillis, long intervalMillis, int count) {
  public Steps {
    if (intervalMillis <= 0 || count < 0) {
      throw new IllegalArgumentException(
          "%d steps of %d ms; there are none or more, and time passes"
              .formatted(count, intervalMillis));
    }
  }

  /// The evaluations in a range.
  public static Steps in(TimeRange range, EvaluationTimes times) {
    long first = times.after(range.startMillis() - 1);
    long count =
        first > range.endMillis() ? 0 : (range.endMillis() - first) / times.intervalMillis() + 1;
    return new Steps(first, times.intervalMillis(), Math.toIntExact(count));
  }

  public long timeMillis(int step) {
    return firstMillis + step * intervalMillis;
  }

  /// When the samples of the evaluations stand, which lies before them by the query offset.
  public Steps shifted(long millis) {
    return new Steps(firstMillis + millis, intervalMillis, count);
  }

  /// The first step at or after a time; [#count] if there is none.
  public int from(long timestampMillis) {
    if (timestampMillis <= firstMillis) {
      return 0;
    }
    return (int) Math.min(count, Math.ceilDiv(timestampMillis - firstMillis, intervalMillis));
  }

  public long[] timesMillis() {
    long[] times = new long[count];
    for (int step = 0; step < count; step++) {
      times[step] = timeMillis(step);
    }
    return times;
  }
}
