package dev.weir.blocks.chunk;

import static java.util.Objects.requireNonNull;

import dev.weir.blocks.bytes.ByteReader;
import dev.weir.blocks.bytes.ByteWriter;
import java.util.Arrays;

/// A sequence of 64-bit integers: timestamps, scaled decimals, start timestamps. Whoever reads it
/// knows their number.
///
/// ```
/// Longs     => [Kind:u8 Head:varint{Order} Residuals]        nothing at all for no integers
/// Residuals => Equal | Bits | Bytes
/// Equal     => Value:varint
/// Bits      => (Width:u8 Minimum:varint Packed:u8[ceil(Count * Width / 8)])*
/// Bytes     => Width:u8 Plane{Width}
/// Plane     => u8[Count]
/// ```
///
/// *Kind* holds the order of differences in its low four bits (0, 1 or 2) and the packing of the
/// residuals in its high four (0 equal, 1 bits, 2 bytes). Differences wrap around, so every integer
/// can follow every other.
///
/// *Head* is the first integer (order 1 and 2) and the first difference (order 2); where there are
/// fewer integers than the order, there are that many heads and no residuals. The residuals are the
/// integers (order 0), their differences (order 1), or the differences of their differences (order
/// 2).
///
/// *Equal*: all residuals are this one. *Bits*: blocks of 128 residuals (the last may be shorter),
/// each as its distance from the smallest of the block, see [BitPacking]. *Bytes*: residuals as
/// zigzag integers of *Width* bytes, the lowest bytes of all together, then the next; this is for
/// the compression that follows, which sees bytes, not bits.
///
/// The writer takes the order and packing that come out smallest.
///
/// Example: 1000, 1015, 1030, 1045 is `01 d0 0f 1e`: order 1 and equal residuals, 1000 as varint
/// `d0 0f`, and every difference is 15, `1e`.
///
/// Version 1 of the block format is the first version.
final class LongColumn {
  private static final int BLOCK = 128;
  private static final int MAX_ORDER = 2;

  private static final int EQUAL = 0;
  private static final int BITS = 1;
  private static final int BYTES = 2;

  /// How a sequence is written, and how many bytes that is thought to take in the end: for planes
  /// of bytes, what is left of them after entropy coding.
  private record Plan(int order, int packing, double cost) {}

  private final long[] values;
  private final int count;
  private final Plan plan;

  private LongColumn(long[] values, int count, Plan plan) {
    this.values = values;
    this.count = count;
    this.plan = plan;
  }

  /// The best way to write the first `count` of `values`.
  static LongColumn of(long[] values, int count) {
    if (count == 0) {
      return new LongColumn(values, 0, new Plan(0, EQUAL, 0));
    }
    Plan best = null;
    long[] residuals = Arrays.copyOf(values, count);
    double heads = 0;
    for (int order = 0; order <= MAX_ORDER && order <= count; order++) {
      if (order > 0) {
        heads += ByteWriter.varintLength(residuals[order - 1]);
        difference(residuals, order, count);
      }
      Plan plan = cheapest(residuals, order, count, heads + 1);
      if (best == null || plan.cost < best.cost) {
        best = plan;
      }
    }
    return new LongColumn(values, count, requireNonNull(best));
  }

  /// Bytes that it is thought to take in the end.
  double cost() {
    return plan.cost;
  }

  /// Replaces `values[from]` and after by their differences to the one before.
  private static void difference(long[] values, int from, int count) {
    for (int i = count - 1; i >= from; i--) {
      values[i] -= values[i - 1];
    }
  }

  private static Plan cheapest(long[] residuals, int from, int count, double overhead) {
    boolean equal = true;
    for (int i = from + 1; i < count && equal; i++) {
      equal = residuals[i] == residuals[from];
    }
    if (equal) {
      return new Plan(
          from, EQUAL, overhead + (from == count ? 0 : ByteWriter.varintLength(residuals[from])));
    }
    double bits = overhead + bitsLength(residuals, from, count);
    double bytes = overhead + bytesCost(residuals, from, count);
    return bits <= bytes ? new Plan(from, BITS, bits) : new Plan(from, BYTES, bytes);
  }

  private static long bitsLength(long[] residuals, int from, int count) {
    long length = 0;
    for (int at = from; at < count; at += BLOCK) {
      int size = Math.min(BLOCK, count - at);
      long minimum = minimum(residuals, at, size);
      length +=
          1
              + ByteWriter.varintLength(minimum)
              + BitPacking.packedLength(size, blockWidth(residuals, at, size, minimum));
    }
    return length;
  }

  private static long minimum(long[] residuals, int from, int size) {
    long minimum = residuals[from];
    for (int i = from + 1; i < from + size; i++) {
      minimum = Math.min(minimum, residuals[i]);
    }
    return minimum;
  }

  private static int blockWidth(long[] residuals, int from, int size, long minimum) {
    long all = 0;
    for (int i = from; i < from + size; i++) {
      all |= residuals[i] - minimum;
    }
    return BitPacking.width(all);
  }

  private static double bytesCost(long[] residuals, int from, int count) {
    int width = bytesWidth(residuals, from, count);
    int[][] counts = new int[width][256];
    for (int i = from; i < count; i++) {
      long rest = zigzag(residuals[i]);
      for (int[] ofPlane : counts) {
        ofPlane[(int) rest & 0xff]++;
        rest >>>= 8;
      }
    }
    double cost = 1;
    for (int[] ofPlane : counts) {
      cost += ByteEntropy.cost(ofPlane, count - from);
    }
    return cost;
  }

  private static int bytesWidth(long[] residuals, int from, int count) {
    long all = 0;
    for (int i = from; i < count; i++) {
      all |= zigzag(residuals[i]);
    }
    return (BitPacking.width(all) + 7) / 8;
  }

  private static long zigzag(long value) {
    return (value << 1) ^ (value >> 63);
  }

  void write(ByteWriter out) {
    if (count == 0) {
      return;
    }
    out.writeByte(plan.order | plan.packing << 4);
    long[] residuals = Arrays.copyOf(values, count);
    for (int order = 1; order <= plan.order; order++) {
      out.writeVarint(residuals[order - 1]);
      difference(residuals, order, count);
    }
    if (plan.order == count) {
      return;
    }
    switch (plan.packing) {
      case EQUAL -> out.writeVarint(residuals[plan.order]);
      case BITS -> writeBits(residuals, plan.order, count, out);
      default -> writeBytes(residuals, plan.order, count, out);
    }
  }

  private static void writeBits(long[] residuals, int from, int count, ByteWriter out) {
    for (int at = from; at < count; at += BLOCK) {
      int size = Math.min(BLOCK, count - at);
      long minimum = minimum(residuals, at, size);
      int width = blockWidth(residuals, at, size, minimum);
      out.writeByte(width).writeVarint(minimum);
      BitPacking.pack(residuals, at, size, minimum, width, out);
    }
  }

  private static void writeBytes(long[] residuals, int from, int count, ByteWriter out) {
    int width = bytesWidth(residuals, from, count);
    out.writeByte(width);
    for (int plane = 0; plane < width; plane++) {
      for (int i = from; i < count; i++) {
        out.writeByte((int) (zigzag(residuals[i]) >>> (8 * plane)));
      }
    }
  }

  /// Reads `count` integers into `out[0]` and after.
  static void read(ByteReader in, int count, long[] out) {
    if (count == 0) {
      return;
    }
    int kind = in.readByte();
    int order = kind & 0xf;
    if (order > MAX_ORDER || order > count) {
      throw in.corrupt(
          "order %d of a sequence of %d integers is not one of 0 to %d"
              .formatted(order, count, Math.min(count, MAX_ORDER)));
    }
    for (int i = 0; i < order; i++) {
      out[i] = in.readVarint();
    }
    if (order < count) {
      switch (kind >>> 4) {
        case EQUAL -> Arrays.fill(out, order, count, in.readVarint());
        case BITS -> readBits(in, order, count, out);
        case BYTES -> readBytes(in, order, count, out);
        default ->
            throw in.corrupt("packing %d is not known; packings are 0 to 2".formatted(kind >>> 4));
      }
    }
    for (int from = order; from > 0; from--) {
      long sum = out[from - 1];
      for (int i = from; i < count; i++) {
        sum += out[i];
        out[i] = sum;
      }
    }
  }

  private static void readBits(ByteReader in, int from, int count, long[] out) {
    for (int at = from; at < count; at += BLOCK) {
      int width = readWidth(in, 64, "bits");
      long minimum = in.readVarint();
      BitPacking.unpack(in, Math.min(BLOCK, count - at), width, minimum, out, at);
    }
  }

  private static void readBytes(ByteReader in, int from, int count, long[] out) {
    int width = readWidth(in, Long.BYTES, "bytes");
    int planeLength = count - from;
    byte[] bytes = in.array();
    int base = in.position();
    in.skip(Math.multiplyExact(width, planeLength));
    switch (width) {
      case 0 -> Arrays.fill(out, from, count, 0);
      case 1 -> readOnePlane(bytes, base, from, count, out);
      case 2 -> readTwoPlanes(bytes, base, base + planeLength, from, count, out);
      default -> readPlanes(bytes, base, width, from, count, out);
    }
  }

  private static void readOnePlane(byte[] bytes, int base, int from, int count, long[] out) {
    for (int i = from, at = base; i < count; i++, at++) {
      out[i] = unzigzag(bytes[at] & 0xff);
    }
  }

  private static void readTwoPlanes(
      byte[] bytes, int low, int high, int from, int count, long[] out) {
    for (int i = from, at = 0; i < count; i++, at++) {
      out[i] = unzigzag((bytes[low + at] & 0xff) | (bytes[high + at] & 0xff) << 8);
    }
  }

  private static void readPlanes(
      byte[] bytes, int base, int width, int from, int count, long[] out) {
    int planeLength = count - from;
    for (int i = from; i < count; i++) {
      long value = 0;
      for (int plane = 0, at = base + i - from; plane < width; plane++, at += planeLength) {
        value |= (bytes[at] & 0xffL) << (8 * plane);
      }
      out[i] = (value >>> 1) ^ -(value & 1);
    }
  }

  private static int unzigzag(int value) {
    return (value >>> 1) ^ -(value & 1);
  }

  private static int readWidth(ByteReader in, int max, String unit) {
    int width = in.readByte();
    if (width > max) {
      throw in.corrupt("a width of %d %s is more than %d".formatted(width, unit, max));
    }
    return width;
  }
}
