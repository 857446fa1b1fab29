package dev.weir.benchmarks.pipeline;

import java.util.Arrays;
import java.util.Locale;

/// Durations in milliseconds, in order.
public final class Percentiles {
  private final long[] sortedMillis;

  /// @param millis at least one
  public Percentiles(long[] millis) {
    if (millis.length == 0) {
      throw new IllegalArgumentException("nothing was measured");
    }
    this.sortedMillis = millis.clone();
    Arrays.sort(sortedMillis);
  }

  public int count() {
    return sortedMillis.length;
  }

  /// The smallest duration that so many percent do not exceed (nearest rank).
  public long at(double percent) {
    int rank = (int) Math.ceil(percent / 100 * sortedMillis.length);
    return sortedMillis[Math.clamp(rank, 1, sortedMillis.length) - 1];
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "n=%d p50=%d ms p90=%d ms p99=%d ms max=%d ms",
        count(),
        at(50),
        at(90),
        at(99),
        at(100));
  }
}
