package dev.weir.rules.template;

import dev.weir.model.FloatText;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/// Floats as Go's `strconv.FormatFloat` writes them.
public final class GoFloat {
  private GoFloat() {}

  /// @param verb `e`, `f` or `g`
  /// @param precision digits behind the point (`e`, `f`) or significant ones (`g`); below 0 for as
  ///   many as read back as the same number
  public static String format(double value, char verb, int precision) {
    if (!Double.isFinite(value)) {
      return FloatText.plain(value);
    }
    return switch (verb) {
      case 'f' -> fixed(value, precision);
      case 'e' -> scientific(value, precision);
      case 'g' ->
          precision < 0
              ? FloatText.shortest(value)
              : FloatText.significant(value, Math.max(1, precision));
      default -> throw new IllegalArgumentException("no verb of floats: " + verb);
    };
  }

  private static String sign(double value) {
    return Double.doubleToRawLongBits(value) < 0 ? "-" : "";
  }

  private static String fixed(double value, int precision) {
    if (precision < 0) {
      return FloatText.plain(value);
    }
    BigDecimal exact = new BigDecimal(Math.abs(value));
    return sign(value) + exact.setScale(precision, RoundingMode.HALF_EVEN).toPlainString();
  }

  private static String scientific(double value, int precision) {
    double absolute = Math.abs(value);
    BigDecimal decimal =
        precision < 0
            ? new BigDecimal(Double.toString(absolute)).stripTrailingZeros()
            : new BigDecimal(absolute)
                .round(new MathContext(precision + 1, RoundingMode.HALF_EVEN));
    String digits = decimal.signum() == 0 ? "0" : decimal.unscaledValue().toString();
    int exponent = decimal.signum() == 0 ? 0 : digits.length() - 1 - decimal.scale();
    int behind = precision < 0 ? digits.length() - 1 : precision;
    StringBuilder out = new StringBuilder(sign(value)).append(digits.charAt(0));
    if (behind > 0) {
      out.append('.').append(digits, 1, digits.length());
      out.repeat('0', behind - (digits.length() - 1));
    }
    out.append('e').append(exponent < 0 ? '-' : '+');
    return out.append(Math.abs(exponent) < 10 ? "0" : "").append(Math.abs(exponent)).toString();
  }
}
