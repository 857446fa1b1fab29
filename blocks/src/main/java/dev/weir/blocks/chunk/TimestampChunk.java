package dev.weir.blocks.chunk;

import dev.weir.blocks.bytes.ByteReader;
import dev.weir.blocks.bytes.ByteWriter;
import dev.weir.model.WeirException;

/// The timestamps that the series of a group share, in milliseconds.
///
/// ```
/// Timestamps => Count:uvarint Longs
/// ```
///
/// *Count* is at most [ChunkLimits#MAX_SAMPLES]; *Longs* is that of [LongColumn]. Timestamps
/// strictly ascend; a chunk in which they do not is refused.
///
/// Example: 1000, 1015, 1030, 1045 is `04 01 d0 0f 1e`: four, and the example of [LongColumn].
///
/// Version 1 of the block format is the first version.
public final class TimestampChunk {
  private TimestampChunk() {}

  /// @param timestampsMillis strictly ascending
  public static void write(long[] timestampsMillis, ByteWriter out) {
    if (timestampsMillis.length > ChunkLimits.MAX_SAMPLES) {
      throw new WeirException.LimitExceeded(
          "a chunk of %d samples is larger than %d; flush more often"
              .formatted(timestampsMillis.length, ChunkLimits.MAX_SAMPLES));
    }
    out.writeUvarint(timestampsMillis.length);
    LongColumn.of(timestampsMillis, timestampsMillis.length).write(out);
  }

  public static long[] read(ByteReader in) {
    int count = in.readCount("number of timestamps", ChunkLimits.MAX_SAMPLES);
    long[] timestamps = new long[count];
    LongColumn.read(in, count, timestamps);
    for (int i = 1; i < count; i++) {
      if (timestamps[i] <= timestamps[i - 1]) {
        throw in.corrupt(
            "timestamp %d is %d, after %d; timestamps ascend"
                .formatted(i, timestamps[i], timestamps[i - 1]));
      }
    }
    return timestamps;
  }
}
