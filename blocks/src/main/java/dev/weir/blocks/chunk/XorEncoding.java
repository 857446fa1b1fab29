package dev.weir.blocks.chunk;

import dev.weir.blocks.bytes.ByteReader;
import dev.weir.blocks.bytes.ByteWriter;
import java.util.Arrays;

/// Values as the exclusive or of their bits with those of the value before, as in Gorilla (Pelkonen
/// et al., VLDB 2015), but turned into planes of bytes instead of packed: what neighbouring values
/// share becomes runs of zeros for the compression that follows. At least one value.
///
/// ```
/// Xor   => First:u64 Planes:u8 Plane*
/// Plane => u8[Count - 1]
/// ```
///
/// *First* is the bits of the first value. Bit `p` of *Planes* says that plane `p` follows, the
/// lowest first; it holds byte `p` (0 the lowest) of each exclusive or. A plane that is not there
/// is all zeros.
///
/// Example: 1.0, 1.5 is `00 00 00 00 00 00 f0 3f 40 08`: one, and only byte 6 differs, by 08.
///
/// Version 1 of the block format is the first version.
final class XorEncoding {
  private final double[] values;
  private final int planes;
  private final double cost;

  private XorEncoding(double[] values, int planes, double cost) {
    this.values = values;
    this.planes = planes;
    this.cost = cost;
  }

  static XorEncoding of(double[] values) {
    int planes = 0;
    double cost = Long.BYTES + 1;
    for (int plane = 0; plane < Long.BYTES; plane++) {
      int[] counts = new int[256];
      for (int i = 1; i < values.length; i++) {
        counts[(int) (difference(values, i) >>> (8 * plane)) & 0xff]++;
      }
      if (counts[0] < values.length - 1) {
        planes |= 1 << plane;
        cost += ByteEntropy.cost(counts, values.length - 1);
      }
    }
    return new XorEncoding(values, planes, cost);
  }

  /// Bytes that it is thought to take in the end.
  double cost() {
    return cost;
  }

  private static long difference(double[] values, int i) {
    return Double.doubleToRawLongBits(values[i]) ^ Double.doubleToRawLongBits(values[i - 1]);
  }

  void write(ByteWriter out) {
    out.writeU64(Double.doubleToRawLongBits(values[0])).writeByte(planes);
    for (int plane = 0; plane < Long.BYTES; plane++) {
      if ((planes & 1 << plane) != 0) {
        for (int i = 1; i < values.length; i++) {
          out.writeByte((int) (difference(values, i) >>> (8 * plane)));
        }
      }
    }
  }

  /// @param bits room for as many
  static void read(ByteReader in, int count, long[] bits, double[] out, int from) {
    Arrays.fill(bits, 1, count, 0);
    bits[0] = in.readU64();
    int planes = in.readByte();
    byte[] bytes = in.array();
    for (int plane = 0; plane < Long.BYTES; plane++) {
      if ((planes & 1 << plane) != 0) {
        int base = in.position() - 1;
        in.skip(count - 1);
        for (int i = 1; i < count; i++) {
          bits[i] |= (bytes[base + i] & 0xffL) << (8 * plane);
        }
      }
    }
    long value = 0;
    for (int i = 0; i < count; i++) {
      value ^= bits[i];
      out[from + i] = Double.longBitsToDouble(value);
    }
  }
}
