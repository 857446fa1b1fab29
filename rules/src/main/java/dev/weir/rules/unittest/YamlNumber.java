package dev.weir.rules.unittest;

import dev.weir.model.WeirException;
import java.math.BigInteger;
import java.util.Locale;
import java.util.regex.Pattern;

/// Numbers as YAML writes them, which is how `promtool` reads expected values: decimal, with
/// underscores, `0x`, `0o` and `0b`, `.inf` and `.nan`. As there, a leading zero makes digits octal
/// where they can be (`0777` is 511, `089` is 89), and what begins with `0x`, `0o` or `0b` has at
/// most 64 bits.
final class YamlNumber {
  private static final Pattern DECIMAL =
      Pattern.compile("[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?");
  private static final Pattern INTEGER =
      Pattern.compile("[-+]?0(x[0-9a-f]+|o[0-7]+|b[01]+)", Pattern.CASE_INSENSITIVE);

  private static final Pattern OCTAL = Pattern.compile("[-+]?0[0-7]+");
  private static final int OCTAL_RADIX = 8;

  private YamlNumber() {}

  static double parse(String text) {
    String plain = text.replace("_", "").toLowerCase(Locale.ROOT);
    boolean negative = plain.startsWith("-");
    int sign = negative ? -1 : 1;
    String unsigned = negative || plain.startsWith("+") ? plain.substring(1) : plain;
    if (unsigned.equals(".inf")) {
      return negative ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
    }
    if (plain.equals(".nan")) {
      return Double.NaN;
    }
    if (INTEGER.matcher(plain).matches()) {
      BigInteger value = new BigInteger(unsigned.substring(2), radix(unsigned.charAt(1)));
      if (isInteger(negative ? value.negate() : value)) {
        return sign * value.doubleValue();
      }
      throw new WeirException.BadData(
          "\"%s\" has more than 64 bits; use a decimal number".formatted(text));
    }
    if (OCTAL.matcher(plain).matches()) {
      BigInteger value = new BigInteger(unsigned, OCTAL_RADIX);
      if (isInteger(negative ? value.negate() : value)) {
        return sign * value.doubleValue();
      }
    }
    if (DECIMAL.matcher(plain).matches()) {
      return Double.parseDouble(plain);
    }
    throw new WeirException.BadData(
        "\"%s\" is no number of YAML; use one such as 0.5, .inf or .nan".formatted(text));
  }

  /// Whether it is one of 64 bits, with or without a sign.
  private static boolean isInteger(BigInteger value) {
    return value.signum() < 0 ? value.bitLength() < Long.SIZE : value.bitLength() <= Long.SIZE;
  }

  private static int radix(char prefix) {
    return switch (prefix) {
      case 'x' -> 16;
      case 'o' -> OCTAL_RADIX;
      default -> 2;
    };
  }
}
