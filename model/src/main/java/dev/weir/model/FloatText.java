package dev.weir.model;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/// Floats as Prometheus writes them, which is as Go's `strconv.FormatFloat` does: the shortest
/// decimal that reads back as the same float.
public final class FloatText {
  /// Integers up to here are exact, and have the same digits whichever way they are printed.
  private static final double EXACT_INTEGERS = 1L << 53;

  /// From here on, and below [#WITH_EXPONENT], `Double.toString` writes no exponent.
  private static final double WITHOUT_EXPONENT = 1e-3;

  private static final double WITH_EXPONENT = 1e7;

  private static final double JSON_SMALL = 1e-6;
  private static final double JSON_LARGE = 1e21;

  private static final MathContext ONE_DIGIT = new MathContext(1, RoundingMode.HALF_EVEN);
  private static final int FIRST_LARGE_EXPONENT = 6;

  private FloatText() {}

  /// Without an exponent, however long: `0.000001`, `1000000000000000000000`, `+Inf`, `NaN`. What
  /// labels hold (`le`, `quantile`, `count_values`). Go's format `f`.
  public static String plain(double value) {
    if (isInteger(value)) {
      return Long.toString((long) value);
    }
    if (!Double.isFinite(value)) {
      return special(value);
    }
    if (value == 0) {
      return "-0";
    }
    return decimal(value).toPlainString();
  }

  /// As values stand in JSON: [#plain], or with an exponent where the absolute value is below 1e-6
  /// or at least 1e21: `1e-07`, `2.5e+21`.
  public static String json(double value) {
    StringBuilder out = new StringBuilder();
    appendJson(value, out);
    return out.toString();
  }

  /// Appends what [#json] returns. Answers have many of them: this makes no other objects than the
  /// text itself needs.
  public static void appendJson(double value, StringBuilder out) {
    double absolute = Math.abs(value);
    if (isInteger(value)) {
      out.append((long) value);
    } else if (absolute >= WITHOUT_EXPONENT && absolute < WITH_EXPONENT) {
      // As Double.toString has it: no integer, so there are digits after the point.
      out.append(value);
    } else if (absolute >= JSON_SMALL && absolute < JSON_LARGE) {
      int start = out.length();
      out.append(value);
      moveExponentIntoPoint(out, start);
    } else if (!Double.isFinite(value) || absolute == 0) {
      out.append(plain(value));
    } else {
      out.append(scientific(decimal(value)));
    }
  }

  /// Makes `1234.5678` of `1.2345678E3`.
  private static void moveExponentIntoPoint(StringBuilder out, int start) {
    int e = out.indexOf("E", start);
    int exponent = Integer.parseInt(out, e + 1, out.length(), 10);
    out.setLength(e);
    int first = out.charAt(start) == '-' ? start + 1 : start;
    out.deleteCharAt(first + 1);
    // One digit is written as two, of which the second is zero.
    if (out.length() == first + 2 && out.charAt(first + 1) == '0') {
      out.setLength(first + 1);
    }
    int digits = out.length() - first;
    if (exponent < 0) {
      out.insert(first, "0.").insert(first + 2, "0".repeat(-exponent - 1));
    } else if (digits <= exponent + 1) {
      out.repeat('0', exponent + 1 - digits);
    } else {
      out.insert(first + exponent + 1, '.');
    }
  }

  /// The shorter form for people: with an exponent of at least two digits where it is below -4 or
  /// above 5: `1e-05`, `123456`, `1.234567e+06`. Go's verbs `%g` and `%v`.
  public static String shortest(double value) {
    return isSpecial(value) ? plain(value) : general(decimal(value), FIRST_LARGE_EXPONENT);
  }

  /// With an exponent always, of at least two digits: `1e+00`, `2.5e-03`. What alerts hold. Go's
  /// format `e`.
  public static String exponential(double value) {
    if (!Double.isFinite(value)) {
      return special(value);
    }
    return value == 0 ? plain(value) + "e+00" : scientific(decimal(value));
  }

  /// Two significant digits, with an exponent where it is below -4 or above 1: `0.25`, `1.2e+02`.
  /// Go's verb `%.2g`.
  public static String twoDigits(double value) {
    return significant(value, 2);
  }

  /// So many significant digits without zeros at the end, with an exponent where it is below -4 or
  /// not below their number: `1.235`, `1.2e+04`. Go's verb `%.4g` for 4.
  public static String significant(double value, int digits) {
    return isSpecial(value)
        ? plain(value)
        : general(
            new BigDecimal(value).round(new MathContext(digits, RoundingMode.HALF_EVEN)), digits);
  }

  private static boolean isSpecial(double value) {
    return !Double.isFinite(value) || value == 0;
  }

  /// Go's verb `%g`: with an exponent from some size on.
  private static String general(BigDecimal value, int firstExponent) {
    BigDecimal decimal = value.stripTrailingZeros();
    int exponent = decimal.precision() - 1 - decimal.scale();
    return exponent >= -4 && exponent < firstExponent
        ? decimal.toPlainString()
        : scientific(decimal);
  }

  private static boolean isInteger(double value) {
    return value == (long) value
        && Math.abs(value) <= EXACT_INTEGERS
        && (value != 0 || Double.doubleToRawLongBits(value) == 0);
  }

  private static String special(double value) {
    if (Double.isNaN(value)) {
      return "NaN";
    }
    return value > 0 ? "+Inf" : "-Inf";
  }

  /// The fewest digits that read back as the same float.
  private static BigDecimal decimal(double value) {
    BigDecimal decimal = new BigDecimal(Double.toString(value)).stripTrailingZeros();
    if (decimal.precision() == 2) {
      // Double.toString gives at least two digits, also where one is enough: 4.9E-324.
      BigDecimal shorter = decimal.round(ONE_DIGIT);
      return shorter.doubleValue() == value ? shorter.stripTrailingZeros() : decimal;
    }
    return decimal;
  }

  private static String scientific(BigDecimal decimal) {
    String digits = decimal.unscaledValue().abs().toString();
    int exponent = digits.length() - 1 - decimal.scale();
    StringBuilder out = new StringBuilder();
    if (decimal.signum() < 0) {
      out.append('-');
    }
    out.append(digits.charAt(0));
    if (digits.length() > 1) {
      out.append('.').append(digits, 1, digits.length());
    }
    out.append('e').append(exponent < 0 ? '-' : '+');
    return out.append(Math.abs(exponent) < 10 ? "0" : "").append(Math.abs(exponent)).toString();
  }
}
