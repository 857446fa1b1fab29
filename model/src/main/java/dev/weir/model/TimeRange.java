package dev.weir.model;

/// Milliseconds since the epoch from [#startMillis] to [#endMillis], both included. Times before
/// the epoch are allowed.
public record TimeRange(long startMillis, long endMillis) {
  public static final TimeRange ALL = new TimeRange(Long.MIN_VALUE, Long.MAX_VALUE);

  public TimeRange {
    if (startMillis > endMillis) {
      throw new WeirException.BadData(
          "time range ends at %d ms, before its start at %d ms".formatted(endMillis, startMillis));
    }
  }

  /// Milliseconds from `start` to the later `end`; [Long#MAX_VALUE] if they are more than a `long`
  /// holds.
  public static long between(long startMillis, long endMillis) {
    long millis = endMillis - startMillis;
    return endMillis >= startMillis && millis < 0 ? Long.MAX_VALUE : millis;
  }

  public boolean contains(long timestampMillis) {
    return timestampMillis >= startMillis && timestampMillis <= endMillis;
  }

  public boolean overlaps(long otherStartMillis, long otherEndMillis) {
    return otherStartMillis <= endMillis && otherEndMillis >= startMillis;
  }

  public boolean overlaps(TimeRange other) {
    return overlaps(other.startMillis, other.endMillis);
  }
}
