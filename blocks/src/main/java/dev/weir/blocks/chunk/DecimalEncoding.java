package dev.weir.blocks.chunk;

import dev.weir.blocks.bytes.ByteReader;
import dev.weir.blocks.bytes.ByteWriter;
import org.jspecify.annotations.Nullable;

/// Values as integers over a common power of ten, as exporters write them: most metrics are counts,
/// or times and ratios with a few decimal places. At least one value.
///
/// ```
/// Decimal     => Exponent:u8 Count:uvarint Exception{Count} Longs
/// NearDecimal => Decimal Ulps
/// Ulps        => Longs
/// Exception   => Skip:uvarint Bits:u64
/// ```
///
/// A value is `(double) integer / 10^Exponent` (*Exponent* 0 to 20). Division of an integer below
/// 2^53 by a power of ten up to 10^22 rounds correctly (IEEE 754), so it gives the double that
/// parsing the decimal text gave; the writer keeps as an integer only what comes back bit for bit.
/// Larger integers stand with exponent 0 only. What does not come back is an *Exception*: its bits,
/// after *Skip* values since the exception before (or the first value). In *Longs* (see
/// [LongColumn]) any integer may stand in its place; the writer goes on as steadily as it can. So a
/// staleness marker at the end of a counter costs ten bytes and no more.
///
/// **Near decimals.** What exporters compute instead of reading, `15761 * 0.001` or a sum of
/// durations, is a few units in the last place (ulps) beside the decimal that it stands for:
/// 15.761000000000001. As a decimal it has 15 places more, all noise. So *Ulps* holds, for each
/// value, the distance of its bits from those of `(double) integer / 10^Exponent`: bits as 64-bit
/// integers, in which neighbouring doubles differ by one. The distances of a sum drift, slowly.
///
/// The idea of decimal scaling with exceptions is that of ALP (Afroozeh et al., SIGMOD 2023).
///
/// Example: 0.1, 0.2, 0.3 is `01 00 01 02 02`: exponent 1, no exceptions, and integers that start
/// with 1 and all differ by 1. And 15.761, 15.761000000000001 is, as near decimals, `03 00 00 a2 f6
/// 01 01 00 02`: exponent 3, no exceptions, twice 15761, and the bits of the second are one higher.
///
/// Version 1 of the block format is the first version; near decimals came with version 2.
final class DecimalEncoding {
  static final int MAX_EXPONENT = 20;

  /// One exception in so many values is the most that is worth it.
  private static final int VALUES_PER_EXCEPTION = 8;

  /// What an exception takes, roughly.
  private static final int EXCEPTION_COST = 10;

  private static final long MAX_EXACT = 1L << 53;

  /// Farther from its decimal, a value is no near decimal: sums of some ten thousand durations are
  /// within this.
  private static final long MAX_ULPS = 1 << 16;

  /// And so is one that is not much nearer to its decimal than to the next: every value is near to
  /// some decimal of enough places.
  private static final int MUCH_NEARER = 4;

  /// So many values more than their share may be exceptions until a column is given up.
  private static final int EARLY_EXCEPTIONS = 3;

  private static final double[] POWERS = powers();

  private final double[] values;
  private final int exponent;
  private final int exceptions;
  private final LongColumn integers;

  /// How far values are from their decimals; null where none is.
  private final @Nullable LongColumn ulps;

  private DecimalEncoding(
      double[] values,
      int exponent,
      int exceptions,
      LongColumn integers,
      @Nullable LongColumn ulps) {
    this.values = values;
    this.exponent = exponent;
    this.exceptions = exceptions;
    this.integers = integers;
    this.ulps = ulps;
  }

  private static double[] powers() {
    double[] powers = new double[MAX_EXPONENT + 1];
    double power = 1;
    for (int i = 0; i < powers.length; i++) {
      powers[i] = power;
      power *= 10;
    }
    return powers;
  }

  /// The cheapest way to write the values so, or null where too many of them are no decimals.
  static @Nullable DecimalEncoding of(double[] values) {
    int[] counts = new int[MAX_EXPONENT + 1];
    int allowed = values.length / VALUES_PER_EXCEPTION + 1;
    int exceptions = 0;
    int hint = 0;
    for (double value : values) {
      int exponent = smallestExponent(value, hint);
      if (exponent < 0) {
        if (++exceptions > allowed) {
          return null;
        }
      } else {
        counts[exponent]++;
        hint = exponent;
      }
    }
    if (exceptions == values.length) {
      return null;
    }
    int widest = MAX_EXPONENT;
    while (counts[widest] == 0) {
      widest--;
    }
    // A few values with many decimal places may be cheaper as exceptions.
    int usual = widest;
    int left = exceptions + counts[usual];
    while (usual > 0 && left <= allowed) {
      usual--;
      left += counts[usual];
    }
    DecimalEncoding best = atExponent(values, widest);
    if (usual < widest) {
      DecimalEncoding shorter = atExponent(values, usual);
      best = shorter.cost() < best.cost() ? shorter : best;
    }
    return best;
  }

  private static DecimalEncoding atExponent(double[] values, int exponent) {
    long[] integers = new long[values.length];
    int exceptions = 0;
    long previous = 0;
    long step = 0;
    for (int i = 0; i < values.length; i++) {
      long integer = toInteger(values[i], exponent);
      if (!isExact(integer, exponent, values[i])) {
        exceptions++;
        integer = previous + step;
      }
      step = i == 0 ? 0 : integer - previous;
      previous = integer;
      integers[i] = integer;
    }
    return new DecimalEncoding(
        values, exponent, exceptions, LongColumn.of(integers, values.length), null);
  }

  /// The values as near decimals of the smallest exponent with which they are, or null where too
  /// many of them are none.
  static @Nullable DecimalEncoding near(double[] values) {
    for (int exponent = 1; exponent <= MAX_EXPONENT; exponent++) {
      DecimalEncoding near = nearAtExponent(values, exponent);
      if (near != null) {
        return near;
      }
    }
    return null;
  }

  private static @Nullable DecimalEncoding nearAtExponent(double[] values, int exponent) {
    long[] integers = new long[values.length];
    long[] ulps = new long[values.length];
    int exceptions = 0;
    for (int i = 0; i < values.length; i++) {
      integers[i] = toInteger(values[i], exponent);
      if (isNear(integers[i], exponent, values[i])) {
        ulps[i] = ulps(integers[i], exponent, values[i]);
      } else if (++exceptions > i / VALUES_PER_EXCEPTION + EARLY_EXCEPTIONS
          || exceptions == values.length) {
        return null;
      } else {
        integers[i] = i == 0 ? 0 : integers[i - 1];
        ulps[i] = i == 0 ? 0 : ulps[i - 1];
      }
    }
    return new DecimalEncoding(
        values,
        exponent,
        exceptions,
        LongColumn.of(integers, values.length),
        LongColumn.of(ulps, values.length));
  }

  /// The smallest exponent, from `hint` on, and else from 0, with which a value is exact; -1 if
  /// there is none.
  private static int smallestExponent(double value, int hint) {
    if (Double.isNaN(value) || Double.isInfinite(value)) {
      return -1;
    }
    if (isExact(value, 0)) {
      return 0;
    }
    int first = Math.max(1, hint > 1 && isExact(value, hint - 1) ? 1 : hint);
    for (int exponent = first; exponent <= MAX_EXPONENT; exponent++) {
      if (isExact(value, exponent)) {
        return exponent;
      }
    }
    // Too large for so many places: the hint came from a smaller value.
    for (int exponent = 1; exponent < first; exponent++) {
      if (isExact(value, exponent)) {
        return exponent;
      }
    }
    return -1;
  }

  private static boolean isExact(double value, int exponent) {
    return isExact(toInteger(value, exponent), exponent, value);
  }

  private static long toInteger(double value, int exponent) {
    return (long) Math.rint(value * POWERS[exponent]);
  }

  private static boolean isExact(long integer, int exponent, double value) {
    return isPossible(integer, exponent) && ulps(integer, exponent, value) == 0;
  }

  private static boolean isNear(long integer, int exponent, double value) {
    double apart = 1 / (POWERS[exponent] * Math.ulp(value));
    long most = Math.min(MAX_ULPS, (long) (apart / MUCH_NEARER));
    long ulps = ulps(integer, exponent, value);
    return isPossible(integer, exponent) && ulps <= most && ulps >= -most;
  }

  private static boolean isPossible(long integer, int exponent) {
    return exponent == 0 || (integer <= MAX_EXACT && integer >= -MAX_EXACT);
  }

  /// How far the bits of a value are from those of its decimal.
  private static long ulps(long integer, int exponent, double value) {
    return Double.doubleToRawLongBits(value)
        - Double.doubleToRawLongBits((double) integer / POWERS[exponent]);
  }

  private boolean isException(double value) {
    long integer = toInteger(value, exponent);
    return ulps == null ? !isExact(integer, exponent, value) : !isNear(integer, exponent, value);
  }

  int exponent() {
    return exponent;
  }

  double cost() {
    return 2 + exceptions * EXCEPTION_COST + integers.cost() + (ulps == null ? 0 : ulps.cost());
  }

  void write(ByteWriter out) {
    out.writeByte(exponent).writeUvarint(exceptions);
    int next = 0;
    for (int i = 0; i < values.length && exceptions > 0; i++) {
      if (isException(values[i])) {
        out.writeUvarint(i - next).writeU64(Double.doubleToRawLongBits(values[i]));
        next = i + 1;
      }
    }
    integers.write(out);
    if (ulps != null) {
      ulps.write(out);
    }
  }

  /// @param integers room for as many
  static void read(ByteReader in, int count, long[] integers, double[] out, int from) {
    int exponent = readExponent(in);
    Exceptions exceptions = Exceptions.read(in, count);
    LongColumn.read(in, count, integers);
    decimals(integers, count, exponent, out, from);
    exceptions.put(out, from);
  }

  /// Reads near decimals.
  ///
  /// @param integers room for as many
  static void readNear(ByteReader in, int count, long[] integers, double[] out, int from) {
    int exponent = readExponent(in);
    Exceptions exceptions = Exceptions.read(in, count);
    LongColumn.read(in, count, integers);
    decimals(integers, count, exponent, out, from);
    LongColumn.read(in, count, integers);
    for (int i = 0; i < count; i++) {
      out[from + i] =
          Double.longBitsToDouble(Double.doubleToRawLongBits(out[from + i]) + integers[i]);
    }
    exceptions.put(out, from);
  }

  private static int readExponent(ByteReader in) {
    int exponent = in.readByte();
    if (exponent > MAX_EXPONENT) {
      throw in.corrupt("exponent %d is more than %d".formatted(exponent, MAX_EXPONENT));
    }
    return exponent;
  }

  private static void decimals(long[] integers, int count, int exponent, double[] out, int from) {
    double power = POWERS[exponent];
    if (exponent == 0) {
      for (int i = 0; i < count; i++) {
        out[from + i] = (double) integers[i];
      }
    } else {
      for (int i = 0; i < count; i++) {
        out[from + i] = (double) integers[i] / power;
      }
    }
  }

  /// Values that stand by themselves, and where.
  private record Exceptions(int[] places, double[] values) {
    static Exceptions read(ByteReader in, int count) {
      int exceptions = in.readCount("number of exceptions", count);
      int[] places = new int[exceptions];
      double[] values = new double[exceptions];
      int next = 0;
      for (int i = 0; i < exceptions; i++) {
        places[i] = next + in.readCount("values before an exception", count - 1L - next);
        next = places[i] + 1;
        values[i] = Double.longBitsToDouble(in.readU64());
      }
      return new Exceptions(places, values);
    }

    void put(double[] out, int from) {
      for (int i = 0; i < places.length; i++) {
        out[from + places[i]] = values[i];
      }
    }
  }
}
