package dev.weir.blocks.tsdb.chunk;

/// Integers in as many bits as they need: as many ones as there are smaller sizes, a zero (but
/// after the longest), then the bits of the size.
///
/// ```
/// 0                     0
/// 10        3 bits      -3 to 4                or up to 7 without sign
/// 110       6 bits      -31 to 32
/// 1110      9 bits      -255 to 256
/// 11110     12 bits     -2047 to 2048
/// 111110    18 bits
/// 1111110   25 bits
/// 11111110  56 bits
/// 11111111  64 bits
/// ```
///
/// Signed numbers are in two's complement, but a size reaches one further up than down.
final class VarBits {
  private static final int[] SIZES = {0, 3, 6, 9, 12, 18, 25, 56, 64};
  private static final int LONGEST = SIZES.length - 1;

  private VarBits() {}

  private static int readSize(BitReader in) {
    int ones = 0;
    while (ones < LONGEST && in.readBit()) {
      ones++;
    }
    return SIZES[ones];
  }

  private static void writePrefix(BitWriter out, int ones) {
    if (ones == LONGEST) {
      out.writeBits(0xff, 8);
    } else {
      out.writeBits((1L << (ones + 1)) - 2, ones + 1);
    }
  }

  static long readSigned(BitReader in) {
    return readSigned(in, readSize(in));
  }

  /// A number in a size that reaches one further up than down.
  static long readSigned(BitReader in, int size) {
    if (size == 0) {
      return 0;
    }
    long bits = in.readBits(size);
    return size < 64 && bits > (1L << (size - 1)) ? bits - (1L << size) : bits;
  }

  static boolean fits(long value, int size) {
    return -((1L << (size - 1)) - 1) <= value && value <= (1L << (size - 1));
  }

  static void writeSigned(BitWriter out, long value) {
    int ones = value == 0 ? 0 : 1;
    while (ones > 0 && ones < LONGEST && !fits(value, SIZES[ones])) {
      ones++;
    }
    write(out, value, ones);
  }

  static long readUnsigned(BitReader in) {
    int size = readSize(in);
    return size == 0 ? 0 : in.readBits(size);
  }

  static void writeUnsigned(BitWriter out, long value) {
    int ones = value == 0 ? 0 : 1;
    while (ones > 0 && ones < LONGEST && value >>> SIZES[ones] != 0) {
      ones++;
    }
    write(out, value, ones);
  }

  private static void write(BitWriter out, long value, int ones) {
    writePrefix(out, ones);
    if (ones > 0) {
      out.writeBits(value, SIZES[ones]);
    }
  }
}
