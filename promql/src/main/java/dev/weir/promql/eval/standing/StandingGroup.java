package dev.weir.promql.eval.standing;

/// The timestamps that the columns of a group share. Rows have consecutive numbers, in order of
/// their timestamps, which they keep while others are added behind them or dropped before them.
public interface StandingGroup {
  /// The number of the first row whose time is not before the given one; the number after the last
  /// if there is none.
  long firstFrom(long timestampMillis);

  long timestampMillis(long row);
}
