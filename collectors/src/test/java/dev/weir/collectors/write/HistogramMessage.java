package dev.weir.collectors.write;

import dev.weir.model.NativeHistogram;
import dev.weir.model.NativeHistogram.Buckets;
import java.io.ByteArrayOutputStream;

/// Writes the histograms of remote-write messages, for tests.
final class HistogramMessage {
  private HistogramMessage() {}

  /// @param integers whether counts are written as whole numbers, by differences
  static byte[] of(long timestampMillis, NativeHistogram histogram, boolean integers) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    if (integers) {
      WriteMessage.number(out, 1, (long) histogram.count());
      WriteMessage.number(out, 6, (long) histogram.zeroCount());
    } else {
      WriteMessage.fixed64(out, 2, histogram.count());
      WriteMessage.fixed64(out, 7, histogram.zeroCount());
    }
    WriteMessage.fixed64(out, 3, histogram.sum());
    WriteMessage.zigzag(out, 4, histogram.schema());
    WriteMessage.fixed64(out, 5, histogram.zeroThreshold());
    side(out, 8, histogram.negative(), integers);
    side(out, 11, histogram.positive(), integers);
    WriteMessage.number(out, 14, histogram.resetHint().code());
    WriteMessage.number(out, 15, timestampMillis);
    doubles(out, 16, histogram.customBounds());
    return out.toByteArray();
  }

  /// @param field of the spans; the differences follow it, then the counts
  private static void side(
      ByteArrayOutputStream out, int field, Buckets buckets, boolean integers) {
    for (int span = 0; span < buckets.offsets().length; span++) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      WriteMessage.zigzag(bytes, 1, buckets.offsets()[span]);
      WriteMessage.number(bytes, 2, buckets.lengths()[span]);
      WriteMessage.bytes(out, field, bytes.toByteArray());
    }
    if (integers) {
      ByteArrayOutputStream deltas = new ByteArrayOutputStream();
      long last = 0;
      for (double count : buckets.counts()) {
        long delta = (long) count - last;
        WriteMessage.varint(deltas, (delta << 1) ^ (delta >> 63));
        last = (long) count;
      }
      WriteMessage.bytes(out, field + 1, deltas.toByteArray());
    } else {
      doubles(out, field + 2, buckets.counts());
    }
  }

  private static void doubles(ByteArrayOutputStream out, int field, double[] values) {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    for (double value : values) {
      packed.writeBytes(WriteMessage.littleEndian(value));
    }
    WriteMessage.bytes(out, field, packed.toByteArray());
  }
}
