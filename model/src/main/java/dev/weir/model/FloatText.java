package dev.weir.model;

import java.math.BigDecimal;

/// Floats as Prometheus writes them, which is as Go's `strconv.FormatFloat` does: the shortest
/// decimal that reads back as the same float.
public final class FloatText {
  /// Integers up to here are exact, and have the same digits whichever way they are printed.
  private static final double EXACT_INTEGERS = 1L << 53;

  private static final double JSON_SMALL = 1e-6;
  private static final double JSON_LARGE = 1e21;

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
    return new BigDecimal(Double.toString(value)).stripTrailingZeros().toPlainString();
  }

  /// As values stand in JSON: [#plain], or with an exponent where the absolute value is below 1e-6
  /// or at least 1e21: `1e-7`, `2.5e+21`.
  public static String json(double value) {
    double absolute = Math.abs(value);
    if (isInteger(value) || !Double.isFinite(value) || absolute == 0) {
      return plain(value);
    }
    return absolute < JSON_SMALL || absolute >= JSON_LARGE ? scientific(value, 1) : plain(value);
  }

  /// The shorter form for people: with an exponent of at least two digits below 1e-4 and from 1e21
  /// on, `1e-05`. Go's verb `%v`.
  public static String shortest(double value) {
    if (isInteger(value) || !Double.isFinite(value) || value == 0) {
      return plain(value);
    }
    double absolute = Math.abs(value);
    return absolute < 1e-4 || absolute >= JSON_LARGE ? scientific(value, 2) : plain(value);
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

  private static String scientific(double value, int exponentDigits) {
    BigDecimal exact = new BigDecimal(Double.toString(value)).stripTrailingZeros();
    String digits = exact.unscaledValue().abs().toString();
    int exponent = digits.length() - 1 - exact.scale();
    StringBuilder out = new StringBuilder();
    if (value < 0) {
      out.append('-');
    }
    out.append(digits.charAt(0));
    if (digits.length() > 1) {
      out.append('.').append(digits, 1, digits.length());
    }
    out.append('e').append(exponent < 0 ? '-' : '+');
    String magnitude = Integer.toString(Math.abs(exponent));
    return out.repeat('0', Math.max(0, exponentDigits - magnitude.length()))
        .append(magnitude)
        .toString();
  }
}
