package dev.weir.blocks.chunk;

import dev.weir.blocks.bytes.ByteReader;
import dev.weir.blocks.bytes.ByteWriter;

/// Since when a series has been counting, at each of its group's timestamps, in milliseconds; 0
/// where it is not known.
///
/// ```
/// StartTimestamps => Longs
/// ```
///
/// *Longs* is that of [LongColumn], as many as the group has timestamps. A counter that never
/// restarts takes a few bytes.
///
/// Example: 1700000000000 four times is `00 80 a0 ab fe f9 62`: order 0, equal residuals.
///
/// Version 1 of the block format is the first version.
public final class StartTimestampChunk {
  private StartTimestampChunk() {}

  public static void write(long[] startTimestampsMillis, ByteWriter out) {
    LongColumn.of(startTimestampsMillis, startTimestampsMillis.length).write(out);
  }

  public static long[] read(ByteReader in, int samples) {
    long[] starts = new long[samples];
    LongColumn.read(in, samples, starts);
    return starts;
  }
}
