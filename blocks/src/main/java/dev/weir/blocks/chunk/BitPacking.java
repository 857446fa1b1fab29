package dev.weir.blocks.chunk;

import dev.weir.blocks.bytes.ByteReader;
import dev.weir.blocks.bytes.ByteWriter;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/// Unsigned integers of a common width in bits, one after another, the first in the lowest bits of
/// the first byte. The last byte is filled up with zeros.
final class BitPacking {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /// A value of up to this width that starts anywhere in a byte lies in 8 bytes.
  private static final int MAX_WIDTH_IN_ONE_LONG = 57;

  private BitPacking() {}

  /// Bytes that `count` values of `width` bits take.
  static int packedLength(int count, int width) {
    return (int) (((long) count * width + 7) >>> 3);
  }

  /// Bits that the value takes, read as unsigned.
  static int width(long value) {
    return 64 - Long.numberOfLeadingZeros(value);
  }

  /// Writes `values[from]` to `values[from + count - 1]`, each minus `minimum`.
  static void pack(long[] values, int from, int count, long minimum, int width, ByteWriter out) {
    long pending = 0;
    int pendingBits = 0;
    for (int i = from; i < from + count; i++) {
      long value = values[i] - minimum;
      pending |= value << pendingBits;
      if (pendingBits + width >= 64) {
        out.writeU64(pending);
        int written = 64 - pendingBits;
        pending = written >= width ? 0 : value >>> written;
        pendingBits = width - written;
      } else {
        pendingBits += width;
      }
    }
    for (; pendingBits > 0; pendingBits -= 8) {
      out.writeByte((int) pending);
      pending >>>= 8;
    }
  }

  /// Reads `count` values into `out[from]` and after, adding `minimum` to each.
  static void unpack(ByteReader in, int count, int width, long minimum, long[] out, int from) {
    byte[] bytes = in.array();
    int base = in.position();
    in.skip(packedLength(count, width));
    if (width == 0) {
      Arrays.fill(out, from, from + count, minimum);
      return;
    }
    long mask = -1L >>> (64 - width);
    // Values before this one can be read 8 bytes at once without leaving the array.
    int fast = width > MAX_WIDTH_IN_ONE_LONG ? 0 : fastCount(bytes.length - base, count, width);
    long bit = 0;
    int i = 0;
    for (; i < fast; i++, bit += width) {
      long word = (long) LONGS.get(bytes, base + (int) (bit >>> 3));
      out[from + i] = ((word >>> (bit & 7)) & mask) + minimum;
    }
    for (; i < count; i++, bit += width) {
      out[from + i] = (slow(bytes, base, bit, width) & mask) + minimum;
    }
  }

  private static int fastCount(int available, int count, int width) {
    long lastBit = ((long) available - Long.BYTES) * 8;
    return lastBit < 0 ? 0 : (int) Math.min(count, lastBit / width + 1);
  }

  private static long slow(byte[] bytes, int base, long bit, int width) {
    int index = base + (int) (bit >>> 3);
    int shift = (int) (bit & 7);
    long value = 0;
    for (int have = -shift; have < width; have += 8, index++) {
      long next = bytes[index] & 0xff;
      value |= have < 0 ? next >>> shift : next << have;
    }
    return value;
  }
}
