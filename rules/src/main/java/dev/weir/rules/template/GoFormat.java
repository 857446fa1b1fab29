package dev.weir.rules.template;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Go's `fmt.Sprintf`, with its way of showing mistakes: `%!d(string=hi)`.
final class GoFormat {
  /// Characters of a text that is printed; templates may write less, never more.
  static final int MAX_OUTPUT = 16 << 20;

  private static final int MAX_NUMBER = 1_000_000;

  private static final int UNSET = -1;

  private final String format;
  private final List<? extends @Nullable Object> arguments;
  private final StringBuilder out = new StringBuilder();
  private int at;
  private int argument;
  private boolean reordered;

  private boolean minus;
  private boolean plus;
  private boolean sharp;
  private boolean space;
  private boolean zero;
  private int width;
  private int precision;

  private GoFormat(String format, List<? extends @Nullable Object> arguments) {
    this.format = format;
    this.arguments = arguments;
  }

  static String printf(String format, List<? extends @Nullable Object> arguments) {
    return new GoFormat(format, arguments).run();
  }

  private String run() {
    while (at < format.length()) {
      int percent = format.indexOf('%', at);
      GoPrint.append(out, format.substring(at, percent < 0 ? format.length() : percent));
      if (percent < 0) {
        break;
      }
      at = percent + 1;
      directive();
    }
    if (!reordered && argument < arguments.size()) {
      StringJoiner extra = new StringJoiner(", ", "%!(EXTRA ", ")");
      for (Object value : arguments.subList(argument, arguments.size())) {
        extra.add(described(value));
      }
      GoPrint.append(out, extra.toString());
    }
    return out.toString();
  }

  private static String described(@Nullable Object value) {
    return value == null ? "<nil>" : TemplateValues.typeName(value) + "=" + GoPrint.text(value);
  }

  private void directive() {
    flags();
    if (!index()) {
      return;
    }
    width = number();
    if (width < UNSET) {
      minus = true;
      width = -width;
      zero = false;
    }
    precision = UNSET;
    if (at < format.length() && format.charAt(at) == '.') {
      at++;
      if (!index()) {
        return;
      }
      precision = Math.max(0, number());
    }
    if (!index()) {
      return;
    }
    if (at >= format.length()) {
      out.append("%!(NOVERB)");
      return;
    }
    int verb = format.codePointAt(at);
    at += Character.charCount(verb);
    if (verb == '%') {
      out.append('%');
    } else if (argument >= arguments.size()) {
      out.append("%!").appendCodePoint(verb).append("(MISSING)");
    } else {
      GoPrint.append(out, text(verb, arguments.get(argument++)));
    }
  }

  private void flags() {
    minus = false;
    plus = false;
    sharp = false;
    space = false;
    zero = false;
    for (; at < format.length(); at++) {
      switch (format.charAt(at)) {
        case '-' -> {
          minus = true;
          zero = false;
        }
        case '+' -> plus = true;
        case '#' -> sharp = true;
        case ' ' -> space = true;
        case '0' -> zero = !minus;
        default -> {
          return;
        }
      }
    }
  }

  /// Reads the number of an argument, `[2]`.
  ///
  /// @return whether there is none, or a good one
  private boolean index() {
    if (at >= format.length() || format.charAt(at) != '[') {
      return true;
    }
    int close = format.indexOf(']', at);
    String digits = close < 0 ? "" : format.substring(at + 1, close);
    boolean good = digits.matches("[0-9]{1,6}");
    int number = good ? Integer.parseInt(digits) : 0;
    if (number < 1 || number > arguments.size()) {
      at = close < 0 ? format.length() : close + 1;
      int verb = at < format.length() ? format.codePointAt(at) : 0;
      at += verb == 0 ? 0 : Character.charCount(verb);
      out.append("%!").append(verb == 0 ? "" : Character.toString(verb)).append("(BADINDEX)");
      return false;
    }
    reordered = true;
    argument = number - 1;
    at = close + 1;
    return true;
  }

  /// A width or precision, [#UNSET] if there is none.
  private int number() {
    if (at < format.length() && format.charAt(at) == '*') {
      at++;
      Object value = argument < arguments.size() ? arguments.get(argument++) : null;
      if (value instanceof Long given && Math.abs(given) <= MAX_NUMBER) {
        return given.intValue();
      }
      out.append("%!(BADWIDTH)");
      return UNSET;
    }
    int start = at;
    long value = 0;
    while (at < format.length() && format.charAt(at) >= '0' && format.charAt(at) <= '9') {
      value = Math.min(MAX_NUMBER + 1L, value * 10 + (format.charAt(at) - '0'));
      at++;
    }
    return at == start || value > MAX_NUMBER ? UNSET : (int) value;
  }

  private String text(int verb, @Nullable Object value) {
    if (verb == 'T') {
      return padded(value == null ? "<nil>" : TemplateValues.typeName(value));
    }
    return switch (value) {
      case null -> verb == 'v' ? padded("<nil>") : bad(verb, null);
      case Boolean bool -> verb == 'v' || verb == 't' ? padded(bool.toString()) : bad(verb, bool);
      case Long number -> integer(verb, number);
      case Double number -> floating(verb, number);
      case String text -> string(verb, text, text);
      case List<?> list -> {
        StringJoiner joined = new StringJoiner(" ", "[", "]");
        list.forEach(element -> joined.add(text(verb, element)));
        yield joined.toString();
      }
      case Map<?, ?> map -> {
        StringJoiner joined = new StringJoiner(" ", "map[", "]");
        new TreeMap<>(map)
            .forEach((key, element) -> joined.add(text(verb, key) + ":" + text(verb, element)));
        yield joined.toString();
      }
      case GoDuration duration ->
          verb == 'd' ? integer(verb, duration.nanos()) : string(verb, duration.toString(), value);
      default -> string(verb, GoPrint.text(value), value);
    };
  }

  private static String bad(int verb, @Nullable Object value) {
    return "%!" + Character.toString(verb) + "(" + described(value) + ")";
  }

  private String padded(String text) {
    return padded(text, zero);
  }

  private String padded(String text, boolean withZeros) {
    int missing = width - text.codePointCount(0, text.length());
    if (missing <= 0) {
      return text;
    }
    if (minus) {
      return text + " ".repeat(missing);
    }
    return (withZeros ? "0" : " ").repeat(missing) + text;
  }

  private String string(int verb, String text, Object value) {
    String cut = precision == UNSET ? text : firstCharacters(text, precision);
    return switch (verb) {
      case 'v' -> padded(sharp && value instanceof String ? GoText.quote(cut) : cut);
      case 's' -> padded(cut);
      case 'q' -> padded(sharp ? GoText.quoteRaw(cut) : GoText.quote(cut));
      case 'x' -> padded(HexFormat.of().formatHex(cut.getBytes(StandardCharsets.UTF_8)));
      case 'X' ->
          padded(HexFormat.of().withUpperCase().formatHex(cut.getBytes(StandardCharsets.UTF_8)));
      default -> bad(verb, value);
    };
  }

  private static String firstCharacters(String text, int count) {
    return text.codePointCount(0, text.length()) <= count
        ? text
        : text.substring(0, text.offsetByCodePoints(0, count));
  }

  private String integer(int verb, long value) {
    return switch (verb) {
      case 'v', 'd' -> integer(value, 10, "");
      case 'b' -> integer(value, 2, sharp ? "0b" : "");
      case 'o' -> integer(value, 8, sharp ? "0" : "");
      case 'O' -> integer(value, 8, "0o");
      case 'x' -> integer(value, 16, sharp ? "0x" : "");
      case 'X' -> integer(value, 16, sharp ? "0X" : "").toUpperCase(Locale.ROOT);
      case 'c' -> padded(character(value));
      case 'q' -> padded(GoText.quoteCharacter(character(value).codePointAt(0)));
      case 'U' -> padded(sharp ? GoText.codePoint((int) value) : "U+%04X".formatted(value));
      default -> bad(verb, value);
    };
  }

  private static String character(long value) {
    boolean valid = value >= 0 && value <= Character.MAX_CODE_POINT;
    return Character.toString(valid ? (int) value : 0xfffd);
  }

  private String integer(long value, int radix, String prefix) {
    String digits = Long.toString(value, radix);
    boolean negative = value < 0;
    String magnitude = negative ? digits.substring(1) : digits;
    String sign = negative ? "-" : signOfPositive();
    int least = precision;
    if (precision == UNSET && zero) {
      least = width - sign.length() - prefix.length();
    }
    if (precision == 0 && value == 0) {
      magnitude = "";
    }
    if (least > magnitude.length()) {
      magnitude = "0".repeat(least - magnitude.length()) + magnitude;
    }
    return padded(sign + prefix + magnitude, false);
  }

  private String signOfPositive() {
    if (plus) {
      return "+";
    }
    return space ? " " : "";
  }

  private String floating(int verb, double value) {
    return switch (verb) {
      case 'v', 'g' -> floating(GoFloat.format(value, 'g', precision), value);
      case 'G' -> floating(GoFloat.format(value, 'g', precision).replace('e', 'E'), value);
      case 'f', 'F' ->
          floating(GoFloat.format(value, 'f', precision == UNSET ? 6 : precision), value);
      case 'e' -> floating(GoFloat.format(value, 'e', precision == UNSET ? 6 : precision), value);
      case 'E' ->
          floating(
              GoFloat.format(value, 'e', precision == UNSET ? 6 : precision).replace('e', 'E'),
              value);
      default -> bad(verb, value);
    };
  }

  private String floating(String digits, double value) {
    if (Double.isNaN(value)) {
      return padded(signOfPositive() + digits, false);
    }
    if (Double.isInfinite(value)) {
      // Infinity always has a sign.
      return padded(space && !plus && value > 0 ? " Inf" : digits, false);
    }
    boolean negative = digits.startsWith("-");
    String sign = negative ? "-" : signOfPositive();
    String magnitude = negative ? digits.substring(1) : digits;
    if (zero && width > sign.length() + magnitude.length()) {
      magnitude = "0".repeat(width - sign.length() - magnitude.length()) + magnitude;
    }
    return padded(sign + magnitude, false);
  }
}
