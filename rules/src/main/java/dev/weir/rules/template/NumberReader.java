package dev.weir.rules.template;

import dev.weir.model.QuotedText;
import dev.weir.model.WeirException;
import dev.weir.rules.template.Token.Kind;
import java.math.BigInteger;
import java.util.Optional;

/// Reads number and character constants as Go does: `42`, `0x2a`, `1_000`, `1e6`, `'a'`.
final class NumberReader {
  private static final double LONG_END = 0x1p63;

  private NumberReader() {}

  static Node.NumberConstant read(Token token) {
    if (token.type() == Kind.CHARACTER) {
      return character(token);
    }
    String text = token.text();
    Optional<BigInteger> integer = integer(text);
    if (integer.isPresent() && integer.get().bitLength() < Long.SIZE) {
      long value = integer.get().longValue();
      return new Node.NumberConstant(token.offset(), text, Optional.of(value), value, false);
    }
    if (integer.isPresent()) {
      throw new SyntaxError(token.offset(), "integer overflow: " + GoText.quote(text));
    }
    double value = floating(token);
    boolean whole = value == Math.rint(value) && Math.abs(value) < LONG_END;
    boolean written = text.chars().anyMatch(c -> ".eEpP".indexOf(c) >= 0);
    return new Node.NumberConstant(
        token.offset(),
        text,
        whole ? Optional.of((long) value) : Optional.empty(),
        value,
        written || !whole);
  }

  private static Node.NumberConstant character(Token token) {
    try {
      String value = QuotedText.unquote(token.text());
      if (value.codePointCount(0, value.length()) == 1) {
        long code = value.codePointAt(0);
        return new Node.NumberConstant(
            token.offset(), token.text(), Optional.of(code), code, false);
      }
    } catch (WeirException.BadData _) {
      throw malformed(token);
    }
    throw malformed(token);
  }

  private static SyntaxError malformed(Token token) {
    return new SyntaxError(token.offset(), "malformed character constant: " + token.text());
  }

  private static Optional<BigInteger> integer(String text) {
    boolean negative = text.startsWith("-");
    String digits = negative || text.startsWith("+") ? text.substring(1) : text;
    int radix = 10;
    if (digits.length() > 1 && digits.charAt(0) == '0') {
      radix =
          switch (digits.charAt(1)) {
            case 'x', 'X' -> 16;
            case 'o', 'O' -> 8;
            case 'b', 'B' -> 2;
            default -> 0;
          };
      // A zero in front means octal: `010` is 8.
      digits = digits.substring(radix == 0 ? 1 : 2);
      radix = radix == 0 ? 8 : radix;
    }
    String plain = digits.replace("_", "");
    try {
      BigInteger value = new BigInteger(plain, radix);
      return Optional.of(negative ? value.negate() : value);
    } catch (NumberFormatException _) {
      return Optional.empty();
    }
  }

  private static double floating(Token token) {
    String text = token.text().replace("_", "");
    boolean hexadecimal = text.contains("x") || text.contains("X");
    boolean hasExponent = text.contains("p") || text.contains("P");
    try {
      if (!hexadecimal || hasExponent) {
        double value = Double.parseDouble(text);
        if (Double.isFinite(value)) {
          return value;
        }
      }
    } catch (NumberFormatException _) {
      throw badNumber(token);
    }
    throw badNumber(token);
  }

  private static SyntaxError badNumber(Token token) {
    return new SyntaxError(token.offset(), "illegal number syntax: " + GoText.quote(token.text()));
  }
}
