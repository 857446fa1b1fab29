package dev.weir.collectors.scrape;

import java.util.Arrays;

/// The last sample of each series that has timestamps of its own, so that one that a target exposes
/// again and again is stored once. For one thread.
final class OwnTimestamps {
  private long[] timestamps = {};
  private long[] valueBits = {};

  /// Whether this is not the sample that the series had last.
  boolean isNew(int number, long timestampMillis, double value) {
    if (number >= timestamps.length) {
      int before = timestamps.length;
      int larger = Math.max(64, Math.max(number + 1, 2 * before));
      timestamps = Arrays.copyOf(timestamps, larger);
      valueBits = Arrays.copyOf(valueBits, larger);
      Arrays.fill(timestamps, before, larger, Long.MIN_VALUE);
    }
    long bits = Double.doubleToRawLongBits(value);
    boolean repeated = timestamps[number] == timestampMillis && valueBits[number] == bits;
    timestamps[number] = timestampMillis;
    valueBits[number] = bits;
    return !repeated;
  }

  void clear() {
    timestamps = new long[0];
    valueBits = new long[0];
  }
}
