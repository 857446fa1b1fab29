package dev.weir.blocks.chunk;

import dev.weir.blocks.bytes.ByteReader;
import dev.weir.blocks.bytes.ByteWriter;
import java.util.Arrays;

/// Integers as planes: the lowest bytes of all together, then the next. This is for the compression
/// that follows, which sees bytes and not bits.
///
/// ```
/// Planes => Width:u8 Plane{Width}
/// Plane  => u8[Count]
/// ```
///
/// *Width* is 0 to 8. Whoever reads them knows *Count*. The integers are unsigned, or zigzag (`0,
/// -1, 1, -2` are 0, 1, 2, 3); which of both stands elsewhere.
///
/// Example: 1, 256 is `02 01 00 00 01`.
///
/// Version 1 of the block format is the first version.
final class BytePlanes {
  private BytePlanes() {}

  static long zigzag(long value) {
    return (value << 1) ^ (value >> 63);
  }

  /// Bytes that the planes are thought to take in the end: what entropy coding leaves of them.
  static double cost(long[] values, int from, int count) {
    int width = width(values, from, count);
    int[] counts = new int[256];
    double cost = 1;
    for (int plane = 0; plane < width; plane++) {
      cost += ByteEntropy.cost(values, from, count, 8 * plane, counts);
    }
    return cost;
  }

  private static int width(long[] values, int from, int count) {
    long all = 0;
    for (int i = from; i < count; i++) {
      all |= values[i];
    }
    return (BitPacking.width(all) + 7) / 8;
  }

  /// Writes `values[from]` to `values[count - 1]`.
  static void write(long[] values, int from, int count, ByteWriter out) {
    int width = width(values, from, count);
    out.writeByte(width);
    for (int plane = 0; plane < width; plane++) {
      for (int i = from; i < count; i++) {
        out.writeByte((int) (values[i] >>> (8 * plane)));
      }
    }
  }

  /// Reads unsigned integers into `out[from]` to `out[count - 1]`.
  static void read(ByteReader in, int from, int count, long[] out) {
    int width = readWidth(in);
    int planeLength = count - from;
    byte[] bytes = in.array();
    int base = in.position();
    in.skip(Math.multiplyExact(width, planeLength));
    switch (width) {
      case 0 -> Arrays.fill(out, from, count, 0);
      case 1 -> {
        for (int i = from, at = base; i < count; i++, at++) {
          out[i] = bytes[at] & 0xff;
        }
      }
      case 2 -> {
        int high = base + planeLength;
        for (int i = from, at = 0; i < count; i++, at++) {
          out[i] = (bytes[base + at] & 0xff) | (bytes[high + at] & 0xff) << 8;
        }
      }
      default -> readWide(bytes, base, width, from, count, out);
    }
  }

  /// Reads zigzag integers into `out[from]` to `out[count - 1]`.
  static void readZigzag(ByteReader in, int from, int count, long[] out) {
    read(in, from, count, out);
    for (int i = from; i < count; i++) {
      out[i] = (out[i] >>> 1) ^ -(out[i] & 1);
    }
  }

  private static void readWide(byte[] bytes, int base, int width, int from, int count, long[] out) {
    int planeLength = count - from;
    int second = base + planeLength;
    int third = second + planeLength;
    for (int i = from, at = 0; i < count; i++, at++) {
      out[i] =
          (bytes[base + at] & 0xff)
              | (bytes[second + at] & 0xff) << 8
              | (bytes[third + at] & 0xff) << 16;
    }
    for (int plane = 3; plane < width; plane++) {
      int start = base + plane * planeLength;
      int shift = 8 * plane;
      for (int i = from, at = start; i < count; i++, at++) {
        out[i] |= (bytes[at] & 0xffL) << shift;
      }
    }
  }

  private static int readWidth(ByteReader in) {
    int width = in.readByte();
    if (width > Long.BYTES) {
      throw in.corrupt("a width of %d bytes is more than %d".formatted(width, Long.BYTES));
    }
    return width;
  }
}
