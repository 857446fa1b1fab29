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
/// Residuals => Equal | Bits | Bytes | Steps | Above
/// Equal     => Value:varint                                       0
/// Bits      => (Width:u8 Minimum:varint Packed:u8[ceil(Count * Width / 8)])*   1
/// Bytes     => Planes                                             2
/// Steps     => Step:uvarint Planes                                3
/// Above     => Base:varint Step:uvarint Planes                    4
/// ```
///
/// *Kind* holds the order of differences in its low four bits (0, 1 or 2) and the packing of the
/// residuals in its high four. Differences wrap around, so every integer can follow every other.
///
/// *Head* is the first integer (order 1 and 2) and the first difference (order 2); where there are
/// fewer integers than the order, there are that many heads and no residuals. The residuals are the
/// integers (order 0), their differences (order 1), or the differences of their differences (order
/// 2).
///
/// *Equal*: all residuals are this one. *Bits*: blocks of 128 residuals (the last may be shorter),
/// each as its distance from the smallest of the block, see [BitPacking]. *Planes* are those of
/// [BytePlanes]: in *Bytes* the residuals, zigzag; in *Steps* the residuals divided by *Step*,
/// zigzag; in *Above* their distance from *Base*, divided by *Step*, unsigned. Memory comes in
/// pages, so its differences are multiples of 4096, and a gauge that swings about a level far from
/// zero is small seen from its lowest value.
///
/// The writer takes the order and packing that come out smallest.
///
/// Example: 1000, 1015, 1030, 1045 is `01 d0 0f 1e`: order 1 and equal residuals, 1000 as varint
/// `d0 0f`, and every difference is 15, `1e`. And `40 00 80 20 01 00 01 00 03` is 0, 4096, 0,
/// 12288: order 0, from 0 up in steps of 4096, one plane.
///
/// Version 1 of the block format is the first version; *Steps* and *Above* came with version 2.
final class LongColumn {
  private static final int BLOCK = 128;
  private static final int MAX_ORDER = 2;

  /// In fewer integers, what a base saves is less than what it takes.
  private static final int WORTH_A_BASE = 64;

  private static final int EQUAL = 0;
  private static final int BITS = 1;
  private static final int BYTES = 2;
  private static final int STEPS = 3;
  private static final int ABOVE = 4;

  /// How a sequence is written, and how many bytes that is thought to take in the end: for planes
  /// of bytes, what is left of them after entropy coding.
  ///
  /// @param base what residuals are counted from
  /// @param step what their distances from it are divided by
  private record Plan(int order, int packing, long base, long step, double cost) {
    Plan orCheaper(Plan other) {
      return other.cost < cost ? other : this;
    }
  }

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
      return new LongColumn(values, 0, new Plan(0, EQUAL, 0, 1, 0));
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
      best = best == null ? plan : best.orCheaper(plan);
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
    long minimum = Long.MAX_VALUE;
    long maximum = Long.MIN_VALUE;
    for (int i = from; i < count; i++) {
      minimum = Math.min(minimum, residuals[i]);
      maximum = Math.max(maximum, residuals[i]);
    }
    if (minimum >= maximum) {
      return new Plan(
          from,
          EQUAL,
          0,
          1,
          overhead + (from == count ? 0 : ByteWriter.varintLength(residuals[from])));
    }
    Plan best =
        new Plan(from, BITS, 0, 1, overhead + bitsLength(residuals, from, count))
            .orCheaper(stepsPlan(residuals, from, count, overhead));
    if (maximum - minimum < 0) {
      return best;
    }
    long step = commonDivisor(residuals, from, count, minimum);
    return step == 1 && count - from < WORTH_A_BASE
        ? best
        : best.orCheaper(abovePlan(residuals, from, count, minimum, step, overhead));
  }

  private static Plan stepsPlan(long[] residuals, int from, int count, double overhead) {
    long step = commonDivisor(residuals, from, count, 0);
    double cost = overhead + BytePlanes.cost(steps(residuals, from, count, step), from, count);
    return step == 1
        ? new Plan(from, BYTES, 0, 1, cost)
        : new Plan(from, STEPS, 0, step, cost + ByteWriter.uvarintLength(step));
  }

  private static Plan abovePlan(
      long[] residuals, int from, int count, long base, long step, double overhead) {
    double cost =
        overhead
            + ByteWriter.varintLength(base)
            + ByteWriter.uvarintLength(step)
            + BytePlanes.cost(above(residuals, from, count, base, step), from, count);
    return new Plan(from, ABOVE, base, step, cost);
  }

  /// The largest number that divides all distances from `base`; 1 where there is none that a
  /// positive long can hold.
  private static long commonDivisor(long[] residuals, int from, int count, long base) {
    long divisor = 0;
    for (int i = from; i < count && divisor != 1; i++) {
      long a = Math.abs(residuals[i] - base);
      if (a < 0) {
        return 1;
      }
      while (a != 0) {
        long rest = divisor % a;
        divisor = a;
        a = rest;
      }
    }
    return Math.max(1, divisor);
  }

  /// The residuals divided by the step, zigzag.
  private static long[] steps(long[] residuals, int from, int count, long step) {
    long[] steps = new long[count];
    for (int i = from; i < count; i++) {
      steps[i] = BytePlanes.zigzag(step == 1 ? residuals[i] : residuals[i] / step);
    }
    return steps;
  }

  /// Their distances from the base, which is the smallest, divided by the step.
  private static long[] above(long[] residuals, int from, int count, long base, long step) {
    long[] above = new long[count];
    for (int i = from; i < count; i++) {
      long distance = residuals[i] - base;
      above[i] = step == 1 ? distance : distance / step;
    }
    return above;
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
      case BYTES ->
          BytePlanes.write(steps(residuals, plan.order, count, 1), plan.order, count, out);
      case STEPS -> {
        out.writeUvarint(plan.step);
        BytePlanes.write(steps(residuals, plan.order, count, plan.step), plan.order, count, out);
      }
      default -> {
        out.writeVarint(plan.base).writeUvarint(plan.step);
        long[] above = above(residuals, plan.order, count, plan.base, plan.step);
        BytePlanes.write(above, plan.order, count, out);
      }
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
        case BYTES -> BytePlanes.readZigzag(in, order, count, out);
        case STEPS -> {
          long step = in.readUvarint();
          BytePlanes.readZigzag(in, order, count, out);
          scale(out, order, count, 0, step);
        }
        case ABOVE -> {
          long base = in.readVarint();
          long step = in.readUvarint();
          BytePlanes.read(in, order, count, out);
          scale(out, order, count, base, step);
        }
        default ->
            throw in.corrupt("packing %d is not known; packings are 0 to 4".formatted(kind >>> 4));
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
      int width = readWidth(in);
      long minimum = in.readVarint();
      BitPacking.unpack(in, Math.min(BLOCK, count - at), width, minimum, out, at);
    }
  }

  private static void scale(long[] values, int from, int count, long base, long step) {
    for (int i = from; i < count; i++) {
      values[i] = base + values[i] * step;
    }
  }

  private static int readWidth(ByteReader in) {
    int width = in.readByte();
    if (width > Long.SIZE) {
      throw in.corrupt("a width of %d bits is more than %d".formatted(width, Long.SIZE));
    }
    return width;
  }
}
