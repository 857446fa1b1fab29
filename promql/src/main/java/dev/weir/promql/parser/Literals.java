package dev.weir.promql.parser;

import dev.weir.model.DurationText;
import dev.weir.model.LabelText;
import dev.weir.model.QuotedText;
import dev.weir.model.WeirException;
import java.math.BigInteger;
import java.util.Locale;

/// The values of literal tokens.
final class Literals {
  private Literals() {}

  static String string(Token token) {
    try {
      return QuotedText.unquote(token.text());
    } catch (WeirException.BadData e) {
      throw new ParseError(
          token.span(),
          "error unquoting string %s: invalid syntax".formatted(LabelText.quote(token.text())));
    }
  }

  /// The value of a [TokenType#NUMBER], or of a [TokenType#DURATION] in seconds.
  static double number(Token token) {
    if (token.type() == TokenType.DURATION) {
      return seconds(token);
    }
    String text = token.text().toLowerCase(Locale.ROOT);
    return switch (text) {
      case "inf" -> Double.POSITIVE_INFINITY;
      case "nan" -> Double.NaN;
      default -> finite(token, text.replace("_", ""));
    };
  }

  private static double finite(Token token, String digits) {
    if (digits.startsWith("0x")) {
      return integer(token, digits.substring(2), 16);
    }
    // As in Go, a leading zero means octal, unless an 8, a 9, a dot or an exponent says otherwise.
    if (digits.length() > 1 && digits.matches("0[0-7]*")) {
      return integer(token, digits, 8);
    }
    double value;
    try {
      value = Double.parseDouble(digits);
    } catch (NumberFormatException e) {
      // The lexer lets an exponent without digits pass, or with a dot.
      throw unreadable(token, "invalid syntax");
    }
    if (Double.isInfinite(value)) {
      throw unreadable(token, "value out of range");
    }
    return value;
  }

  private static ParseError unreadable(Token token, String why) {
    return new ParseError(
        token.span(),
        "error parsing number: strconv.ParseFloat: parsing %s: %s"
            .formatted(LabelText.quote(token.text()), why));
  }

  private static double integer(Token token, String digits, int radix) {
    if (!digits.isEmpty()) {
      BigInteger value = new BigInteger(digits, radix);
      if (value.bitLength() <= 63) {
        return value.longValueExact();
      }
      if (radix == 8) {
        return Double.parseDouble(digits);
      }
    }
    throw unreadable(token, "invalid syntax");
  }

  private static double seconds(Token token) {
    try {
      return DurationText.parseMillis(token.text()) / 1000.0;
    } catch (WeirException.BadData e) {
      throw new ParseError(
          token.span(), "not a valid duration string: " + LabelText.quote(token.text()));
    }
  }
}
