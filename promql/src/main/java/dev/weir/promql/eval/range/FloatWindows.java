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
/// @param weights for how many samples each of the values stands; null if each stands for itself
public record FloatWindows(
    long[] timestampsMillis,
    double[] values,
    long @Nullable [] startTimestampsMillis,
    Windows windows,
    Steps ends,
    long rangeMillis,
    double @Nullable [] weights) {
  /// Of samples that stand for themselves.
  public FloatWindows(
      long[] timestampsMillis,
      double[] values,
      long @Nullable [] startTimestampsMillis,
      Windows windows,
      Steps ends,
      long rangeMillis) {
    this(timestampsMillis, values, startTimestampsMillis, windows, ends, rangeMillis, null);
  }

  public int steps() {
    return windows.count();
  }

  int from(int step) {
    return windows.from()[step];
  }

  int to(int step) {
    return windows.to()[step];
  }

  /// For how many samples those of each step's window stand, where they do not stand for
  /// themselves.
  static double[] counts(double[] weights, Windows windows) {
    // Whole numbers, whose sums and differences are exact.
    double[] before = new double[windows.end() - windows.begin() + 1];
    for (int i = windows.begin(); i < windows.end(); i++) {
      before[i - windows.begin() + 1] = before[i - windows.begin()] + weights[i];
    }
    double[] counts = new double[windows.count()];
    for (int step = 0; step < counts.length; step++) {
      int from = windows.from()[step];
      int to = windows.to()[step];
      counts[step] = from < to ? before[to - windows.begin()] - before[from - windows.begin()] : 0;
    }
    return counts;
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
