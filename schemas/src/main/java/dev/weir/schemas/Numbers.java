package dev.weir.schemas;

import dev.weir.model.AbsentValue;
import dev.weir.model.StalenessMarker;
import dev.weir.schemas.avro.AvroReader;
import dev.weir.schemas.avro.AvroWriter;

/// Doubles as decimals: the record `Numbers` of `sample-record.avsc`.
///
/// Metrics are counts, bytes, seconds with a few digits: nearly all are `digits / 10^scale` with
/// few digits. Written so, a sample takes about 2 bytes instead of 8, before compression and after
/// it. Division of two doubles that are exact (`digits` up to 2^53, powers of ten up to 10^22) is
/// correctly rounded, so every reader, in any language with IEEE 754 arithmetic, gets the bits that
/// were written. What is no such decimal (full-precision fractions, infinities, NaN with its
/// payload, -0) is written as a double.
///
/// ```
/// Numbers => scales:bytes  digits:array<long>  doubles:array<double>
/// ```
///
/// Example: `[42, 0.25, absent]` is scales `00 02 65`, digits `[42, 25]`, no doubles; as bytes `06
/// 00 02 65` `04 54 32 00` `00`.
final class Numbers {
  static final int MAX_SCALE = 22;
  static final byte DOUBLE = 100;
  static final byte ABSENT = 101;
  static final byte STALE = 102;

  private static final double MAX_DIGITS = 0x1p53;
  private static final double[] NONE = {};

  /// A decimal is searched at the scale that gives it just under 2^50: a rounding error is then
  /// below a quarter, so if the value is a decimal of that many digits, rounding finds them.
  private static final double SEARCH_LIMIT = 0x1p50;

  private static final double[] POWERS = new double[MAX_SCALE + 1];

  /// By the value's binary exponent: the largest scale that keeps the digits under the limit.
  private static final byte[] SEARCH_SCALES = new byte[2048];

  static {
    for (int scale = 0; scale <= MAX_SCALE; scale++) {
      POWERS[scale] = Double.parseDouble("1e" + scale);
    }
    for (int exponent = 0; exponent < SEARCH_SCALES.length; exponent++) {
      double above = Math.scalb(1.0, exponent - Double.MAX_EXPONENT + 1);
      int scale = MAX_SCALE;
      while (scale > 0 && !(above * POWERS[scale] <= SEARCH_LIMIT)) {
        scale--;
      }
      SEARCH_SCALES[exponent] = (byte) scale;
    }
  }

  private Numbers() {}

  static void write(double[] values, AvroWriter out) {
    byte[] scales = new byte[values.length];
    long[] digits = new long[values.length];
    int decimals = 0;
    int doubles = 0;
    for (int i = 0; i < values.length; i++) {
      double value = values[i];
      long integer = (long) value;
      if (integer == value && isExact(integer, value)) {
        digits[decimals++] = integer;
        continue;
      }
      byte scale = scaleOf(value);
      scales[i] = scale;
      if (scale <= MAX_SCALE) {
        digits[decimals++] = (long) Math.rint(value * POWERS[scale]);
      } else if (scale == DOUBLE) {
        doubles++;
      }
    }
    out.writeBytes(scales);
    out.writeBlockStart(decimals);
    for (int i = 0; i < decimals; i++) {
      out.writeLong(digits[i]);
    }
    out.writeBlockEnd();
    out.writeBlockStart(doubles);
    for (int i = 0; doubles > 0 && i < values.length; i++) {
      if (scales[i] == DOUBLE) {
        out.writeDouble(values[i]);
      }
    }
    out.writeBlockEnd();
  }

  /// Integers within 2^53, and not the negative zero, which equals 0 but has other bits.
  private static boolean isExact(long integer, double value) {
    return Math.abs(value) <= MAX_DIGITS
        && (integer != 0 || Double.doubleToRawLongBits(value) == 0);
  }

  /// How to write a value that is no integer within 2^53.
  private static byte scaleOf(double value) {
    long bits = Double.doubleToRawLongBits(value);
    int exponent = (int) (bits >>> 52) & 0x7ff;
    int scale = SEARCH_SCALES[exponent];
    if (exponent == 0x7ff) {
      return bits == AbsentValue.BITS ? ABSENT : bits == StalenessMarker.BITS ? STALE : DOUBLE;
    }
    if (scale == 0) {
      return DOUBLE;
    }
    double digits = Math.rint(value * POWERS[scale]);
    // 0 is -0 or too small for any scale.
    if (digits == 0 || digits / POWERS[scale] != value) {
      return DOUBLE;
    }
    return (byte) shortest(value, (long) digits, scale);
  }

  /// The smallest scale that still gives the value: trailing zeros are divided off.
  private static int shortest(double value, long digits, int scale) {
    int shorter = scale;
    long remaining = digits;
    while (shorter > 1 && remaining % 10 == 0) {
      remaining /= 10;
      shorter--;
    }
    return remaining / POWERS[shorter] == value
            && Math.rint(value * POWERS[shorter]) == (double) remaining
        ? shorter
        : scale;
  }

  static double[] read(AvroReader in) {
    byte[] scales = in.readBytes();
    double[] values = scales.length == 0 ? NONE : new double[scales.length];
    readDigits(in, scales, values);
    readDoubles(in, scales, values);
    return values;
  }

  private static void readDigits(AvroReader in, byte[] scales, double[] values) {
    int at = 0;
    for (int items = in.readBlock(); items > 0; items = in.readBlock()) {
      for (int item = 0; item < items; item++) {
        at = skipToDecimal(scales, values, at);
        if (at == scales.length) {
          throw in.corrupt("more digits than decimals among %d scales".formatted(scales.length));
        }
        long digits = in.readLong();
        if (Math.abs(digits) > (long) MAX_DIGITS || digits == Long.MIN_VALUE) {
          throw in.corrupt("digits %d; they are within 2^53 of zero".formatted(digits));
        }
        int scale = scales[at];
        values[at++] = scale == 0 ? digits : digits / POWERS[scale];
      }
    }
    if (skipToDecimal(scales, values, at) != scales.length) {
      throw in.corrupt("fewer digits than decimals among %d scales".formatted(scales.length));
    }
  }

  /// The next place of a decimal; fills in absent values and staleness markers on the way.
  private static int skipToDecimal(byte[] scales, double[] values, int from) {
    int at = from;
    while (at < scales.length && (scales[at] > MAX_SCALE || scales[at] < 0)) {
      if (scales[at] == ABSENT) {
        values[at] = AbsentValue.VALUE;
      } else if (scales[at] == STALE) {
        values[at] = StalenessMarker.VALUE;
      }
      at++;
    }
    return at;
  }

  private static void readDoubles(AvroReader in, byte[] scales, double[] values) {
    int at = 0;
    for (int items = in.readBlock(Double.BYTES); items > 0; items = in.readBlock(Double.BYTES)) {
      for (int item = 0; item < items; item++) {
        at = skipToDouble(in, scales, at);
        if (at == scales.length) {
          throw in.corrupt("more doubles than scales say");
        }
        values[at++] = in.readDouble();
      }
    }
    if (skipToDouble(in, scales, at) != scales.length) {
      throw in.corrupt("fewer doubles than scales say");
    }
  }

  private static int skipToDouble(AvroReader in, byte[] scales, int from) {
    int at = from;
    while (at < scales.length && scales[at] != DOUBLE) {
      byte scale = scales[at];
      if (scale < 0 || (scale > MAX_SCALE && scale != ABSENT && scale != STALE)) {
        throw in.corrupt(
            "scale %d; it is 0 to %d, %d, %d or %d"
                .formatted(scale, MAX_SCALE, DOUBLE, ABSENT, STALE));
      }
      at++;
    }
    return at;
  }
}
