package dev.weir.rules.unittest;

import dev.weir.model.WeirException;
import java.util.Locale;
import java.util.regex.Pattern;

/// Numbers as YAML writes them, which is how `promtool` reads expected values: decimal, with
/// underscores, `0x`, `0o` and `0b`, `.inf` and `.nan`.
final class YamlNumber {
  private static final Pattern DECIMAL =
      Pattern.compile("[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?");
  private static final Pattern INTEGER =
      Pattern.compile("[-+]?0(x[0-9a-f]+|o[0-7]+|b[01]+)", Pattern.CASE_INSENSITIVE);

  private YamlNumber() {}

  static double parse(String text) {
    String plain = text.replace("_", "").toLowerCase(Locale.ROOT);
    boolean negative = plain.startsWith("-");
    String unsigned = negative || plain.startsWith("+") ? plain.substring(1) : plain;
    if (unsigned.equals(".inf")) {
      return negative ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
    }
    if (plain.equals(".nan")) {
      return Double.NaN;
    }
    if (INTEGER.matcher(plain).matches()) {
      long value = Long.parseLong(unsigned.substring(2), radix(unsigned.charAt(1)));
      return negative ? -value : value;
    }
    if (DECIMAL.matcher(plain).matches()) {
      return Double.parseDouble(plain);
    }
    throw new WeirException.BadData(
        "\"%s\" is no number of YAML; use one such as 0.5, .inf or .nan".formatted(text));
  }

  private static int radix(char prefix) {
    return switch (prefix) {
      case 'x' -> 16;
      case 'o' -> 8;
      default -> 2;
    };
  }
}
