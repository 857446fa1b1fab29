package dev.weir.promql.eval.run;

import dev.weir.model.FloatText;
import java.math.BigDecimal;

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
    BigDecimal decimal = new BigDecimal(Double.toString(value)).stripTrailingZeros();
    String digits = decimal.unscaledValue().abs().toString();
    int exponent = digits.length() - 1 - decimal.scale();
    if (exponent >= -4 && exponent < 6) {
      return decimal.toPlainString();
    }
    StringBuilder out = new StringBuilder();
    if (value < 0) {
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
