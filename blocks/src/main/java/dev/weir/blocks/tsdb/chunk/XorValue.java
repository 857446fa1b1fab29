package dev.weir.blocks.tsdb.chunk;

/// A double that is stored as its difference from the one before, by exclusive or: the bits between
/// the leading and the trailing zeros, within the bounds of an earlier difference where they fit.
///
/// ```
/// Difference => 0                                         the same value
///             | 10  Bits                                  within the last bounds
///             | 11  Leading:5 Significant:6 Bits          0 significant bits stand for 64
/// ```
///
/// Source: Gorilla, a fast, scalable, in-memory time series database (VLDB 2015), as Prometheus has
/// it.
final class XorValue {
  private static final int NO_BOUNDS = 0xff;
  private static final int MAX_LEADING = 31;

  private long bits;
  private int leading = NO_BOUNDS;
  private int trailing;

  double value() {
    return Double.longBitsToDouble(bits);
  }

  long bits() {
    return bits;
  }

  void set(long newBits) {
    bits = newBits;
  }

  /// Reads a value without the one before.
  void readWhole(BitReader in) {
    bits = in.readBits(64);
  }

  void read(BitReader in) {
    if (!in.readBit()) {
      return;
    }
    if (in.readBit()) {
      readBounded(in);
    } else {
      readInBounds(in);
    }
  }

  /// Reads a difference within the last bounds.
  void readInBounds(BitReader in) {
    if (leading == NO_BOUNDS) {
      throw in.corrupt("a difference of values has the bounds of an earlier one, and is the first");
    }
    bits ^= in.readBits(64 - leading - trailing) << trailing;
  }

  /// Reads a difference with bounds of its own.
  void readBounded(BitReader in) {
    leading = (int) in.readBits(5);
    int significant = (int) in.readBits(6);
    significant = significant == 0 ? 64 : significant;
    if (leading + significant > 64) {
      throw in.corrupt(
          "a difference of values has %d leading zeros and %d bits; together they are 64 at most"
              .formatted(leading, significant));
    }
    trailing = 64 - leading - significant;
    bits ^= in.readBits(significant) << trailing;
  }

  void writeWhole(BitWriter out, double value) {
    bits = Double.doubleToRawLongBits(value);
    out.writeBits(bits, 64);
  }

  void write(BitWriter out, double value) {
    long next = Double.doubleToRawLongBits(value);
    long difference = next ^ bits;
    bits = next;
    if (difference == 0) {
      out.writeBit(false);
      return;
    }
    int newLeading = Math.min(MAX_LEADING, Long.numberOfLeadingZeros(difference));
    int newTrailing = Long.numberOfTrailingZeros(difference);
    if (leading != NO_BOUNDS && newLeading >= leading && newTrailing >= trailing) {
      out.writeBits(0b10, 2);
    } else {
      leading = newLeading;
      trailing = newTrailing;
      out.writeBits(0b11, 2);
      out.writeBits(leading, 5);
      out.writeBits(64 - leading - trailing, 6);
    }
    out.writeBits(difference >>> trailing, 64 - leading - trailing);
  }
}
