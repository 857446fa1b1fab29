package dev.weir.collectors.exposition;

import java.nio.charset.StandardCharsets;

/// Reads floats as exposition formats write them, which is what Go's `strconv.ParseFloat` takes
/// without hexadecimal numbers and underscores.
///
/// ```
/// Float    => Sign? (Digits ("." Digits?)? | "." Digits) (("e" | "E") Sign? Digits)?
///           | Sign? ("Inf" | "Infinity") | "NaN"        in any case
/// ```
///
/// A number too large for a double is no float, one too small is 0.
///
/// Design: most values have at most 19 digits and a small exponent. Where the digits are below 2^53
/// and the power of ten is at most 22, both are exact doubles, and one multiplication or division
/// rounds correctly [1]. Everything else goes through [Double#parseDouble].
///
/// [1] W. Clinger, How to read floating point numbers accurately, PLDI 1990.
public final class FloatReader {
  /// Bits of the NaN that exposed NaNs become, whatever theirs are.
  private static final double NORMAL_NAN = Double.longBitsToDouble(0x7ff8000000000001L);

  private static final double[] POWERS_OF_TEN = {
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22
  };

  private static final long EXACT_INTEGERS = 1L << 53;
  private static final int MAX_EXACT_POWER = 22;

  /// Digits that fit a long, whatever they are.
  private static final int MAX_DIGITS = 18;

  /// Larger exponents are cut here: far outside of doubles whatever the digits.
  private static final int MAX_EXPONENT = 1_000_000;

  private FloatReader() {}

  /// The float in some bytes.
  ///
  /// @throws NumberFormatException if they hold none
  public static double read(byte[] bytes, int start, int end) {
    int at = start;
    boolean negative = false;
    if (at < end && (bytes[at] == '-' || bytes[at] == '+')) {
      negative = bytes[at] == '-';
      at++;
    }
    long mantissa = 0;
    int significant = 0;
    int digits = 0;
    int scale = 0;
    boolean point = false;
    for (; at < end; at++) {
      int c = bytes[at];
      if (c >= '0' && c <= '9') {
        digits++;
        if (significant > 0 || c != '0') {
          significant++;
        }
        if (significant <= MAX_DIGITS) {
          mantissa = 10 * mantissa + (c - '0');
          scale += point ? 1 : 0;
        }
      } else if (c == '.' && !point) {
        point = true;
      } else {
        break;
      }
    }
    if (digits == 0) {
      return word(bytes, start, end);
    }
    int exponent = 0;
    if (at < end && (bytes[at] == 'e' || bytes[at] == 'E')) {
      at++;
      boolean negativeExponent = false;
      if (at < end && (bytes[at] == '-' || bytes[at] == '+')) {
        negativeExponent = bytes[at] == '-';
        at++;
      }
      int firstDigit = at;
      while (at < end && bytes[at] >= '0' && bytes[at] <= '9') {
        exponent = Math.min(MAX_EXPONENT, 10 * exponent + (bytes[at] - '0'));
        at++;
      }
      if (at == firstDigit) {
        throw new NumberFormatException();
      }
      exponent = negativeExponent ? -exponent : exponent;
    }
    if (at != end) {
      throw new NumberFormatException();
    }
    int power = exponent - scale;
    if (significant <= MAX_DIGITS
        && mantissa <= EXACT_INTEGERS
        && power <= MAX_EXACT_POWER
        && power >= -MAX_EXACT_POWER) {
      double exact = power < 0 ? mantissa / POWERS_OF_TEN[-power] : mantissa * POWERS_OF_TEN[power];
      return negative ? -exact : exact;
    }
    return slow(bytes, start, end);
  }

  private static double slow(byte[] bytes, int start, int end) {
    String text = new String(bytes, start, end - start, StandardCharsets.US_ASCII);
    double value = Double.parseDouble(text);
    if (Double.isInfinite(value)) {
      throw new NumberFormatException();
    }
    return value;
  }

  private static double word(byte[] bytes, int start, int end) {
    if (matches(bytes, start, end, "nan")) {
      return NORMAL_NAN;
    }
    boolean signed = start < end && (bytes[start] == '-' || bytes[start] == '+');
    int wordStart = signed ? start + 1 : start;
    if (matches(bytes, wordStart, end, "inf") || matches(bytes, wordStart, end, "infinity")) {
      return bytes[start] == '-' ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
    }
    throw new NumberFormatException();
  }

  private static boolean matches(byte[] bytes, int start, int end, String word) {
    if (end - start != word.length()) {
      return false;
    }
    for (int i = 0; i < word.length(); i++) {
      if ((bytes[start + i] | 0x20) != word.charAt(i)) {
        return false;
      }
    }
    return true;
  }
}
