package dev.weir.rules.template;

/// Text in Go's notation: quoted, and characters by their number.
final class GoText {
  private GoText() {}

  /// In double quotes with Go's escapes: the verb `%q`.
  static String quote(String text) {
    StringBuilder out = new StringBuilder(text.length() + 2).append('"');
    text.codePoints().forEach(c -> appendEscaped(out, c, '"'));
    return out.append('"').toString();
  }

  /// In backquotes where that is possible: the verb `%#q`.
  static String quoteRaw(String text) {
    boolean possible =
        text.codePoints()
            .noneMatch(c -> c == '`' || c == 0x7f || c == 0xfeff || (c < ' ' && c != '\t'));
    return possible ? "`" + text + "`" : quote(text);
  }

  /// In single quotes: the verb `%q` of a number.
  static String quoteCharacter(int c) {
    StringBuilder out = new StringBuilder("'");
    appendEscaped(out, c, '\'');
    return out.append('\'').toString();
  }

  private static void appendEscaped(StringBuilder out, int c, char quote) {
    switch (c) {
      case 0x07 -> out.append("\\a");
      case '\b' -> out.append("\\b");
      case '\f' -> out.append("\\f");
      case '\n' -> out.append("\\n");
      case '\r' -> out.append("\\r");
      case '\t' -> out.append("\\t");
      case 0x0b -> out.append("\\v");
      case '\\' -> out.append("\\\\");
      default -> {
        if (c == quote) {
          out.append('\\').append(quote);
        } else if (c < ' ' || c == 0x7f) {
          out.append("\\x%02x".formatted(c));
        } else if (isPrintable(c)) {
          out.appendCodePoint(c);
        } else {
          out.append((c < 0x10000 ? "\\u%04x" : "\\U%08x").formatted(c));
        }
      }
    }
  }

  static boolean isPrintable(int c) {
    if (c == ' ') {
      return true;
    }
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SPACE_SEPARATOR ->
          false;
      default -> true;
    };
  }

  /// The verb `%#U`: `U+0023 '#'`.
  static String codePoint(int c) {
    String number = "U+%04X".formatted(c);
    return isPrintable(c) ? "%s '%s'".formatted(number, Character.toString(c)) : number;
  }
}
