package dev.weir.promql.eval.range;

import dev.weir.promql.eval.select.Windows;
import dev.weir.promql.eval.vector.Steps;
import org.jspecify.annotations.Nullable;

/// The samples of one series and each step's window of them. There are no gaps and no staleness
/// markers among the values. Nobody writes to the arrays.
///
/// @param startTimestampsMillis as long as the values, 0 where unknown; null if none is known
/// @param windows bounds of the windows, as indices of the values
/// @param ends where the windows end
/// @param rangeMillis how long they are
public record FloatWindows(
    long[] timestampsMillis,
    double[] values,
    long @Nullable [] startTimestampsMillis,
    Windows windows,
    Steps ends,
    long rangeMillis) {
  public int steps() {
    return windows.count();
  }

  int from(int step) {
    return windows.from()[step];
  }

  int to(int step) {
    return windows.to()[step];
  }

  /// Whether windows overlap so much that looking at each of their samples again would cost several
  /// times as much as sliding.
  boolean overlapMuch() {
    long samples = (long) windows.end() - windows.begin();
    long looks = 0;
    for (int step = 0; step < steps(); step++) {
      looks += to(step) - from(step);
    }
    return looks > 8 * samples;
  }
}
