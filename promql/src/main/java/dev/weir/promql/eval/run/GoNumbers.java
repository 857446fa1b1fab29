package dev.weir.promql.eval.run;

import dev.weir.model.FloatText;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/// Writes numbers as Go's verb `%g` does, for messages that have to equal Prometheus's. What labels
/// hold is [FloatText]'s.
public final class GoNumbers {
  private GoNumbers() {}

  /// As `%g`: the fewest digits that read back as the same number, with an exponent where it is
  /// below -4 or above 5.
  public static String shortest(double value) {
    if (Double.isNaN(value) || Double.isInfinite(value) || value == 0) {
      return FloatText.plain(value);
    }
    return general(new BigDecimal(Double.toString(value)), 6);
  }

  /// As `%.2g`: two significant digits, with an exponent where it is below -4 or above 1.
  public static String twoDigits(double value) {
    if (Double.isNaN(value) || Double.isInfinite(value) || value == 0) {
      return FloatText.plain(value);
    }
    return general(new BigDecimal(value).round(new MathContext(2, RoundingMode.HALF_EVEN)), 2);
  }

  private static String general(BigDecimal value, int firstExponent) {
    BigDecimal decimal = value.stripTrailingZeros();
    String digits = decimal.unscaledValue().abs().toString();
    int exponent = digits.length() - 1 - decimal.scale();
    if (exponent >= -4 && exponent < firstExponent) {
      return decimal.toPlainString();
    }
    StringBuilder out = new StringBuilder();
    if (decimal.signum() < 0) {
      out.append('-');
    }
    out.append(digits.charAt(0));
    if (digits.length() > 1) {
      out.append('.').append(digits, 1, digits.length());
    }
    out.append('e').append(exponent < 0 ? '-' : '+');
    if (Math.abs(exponent) < 10) {
      out.append('0');
    }
    return out.append(Math.abs(exponent)).toString();
  }
}
