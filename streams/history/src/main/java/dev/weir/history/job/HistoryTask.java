package dev.weir.history.job;

/// A slice of a unit, as the plan numbers them: what one machine does at once.
///
/// @param slice of the unit's, or [#ALL_SLICES]
public record HistoryTask(int unit, int slice) {
  /// All slices of a unit that goes step by step.
  public static final int ALL_SLICES = -1;
}
