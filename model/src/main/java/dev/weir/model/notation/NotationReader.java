package dev.weir.model.notation;

import dev.weir.model.DurationText;
import dev.weir.model.QuotedText;
import dev.weir.model.WeirException;
import java.util.Locale;

/// Goes through one line of series notation, character by character.
final class NotationReader {
  private final String line;
  private int at;

  NotationReader(String line) {
    this.line = line;
  }

  boolean atEnd() {
    return at >= line.length();
  }

  /// The next character, or NUL at the end.
  char peek() {
    return atEnd() ? '\0' : line.charAt(at);
  }

  boolean accept(char c) {
    if (peek() != c || atEnd()) {
      return false;
    }
    at++;
    return true;
  }

  boolean accept(String text) {
    if (!line.startsWith(text, at)) {
      return false;
    }
    at += text.length();
    return true;
  }

  void expect(String text, String where) {
    if (!accept(text)) {
      throw error("expected \"%s\" %s".formatted(text, where));
    }
  }

  void skipSpace() {
    while (!atEnd() && Character.isWhitespace(line.charAt(at))) {
      at++;
    }
  }

  /// A metric's name: letters, digits, underscores and colons. Empty if there is none.
  String metricName() {
    return word(true);
  }

  /// A name of letters, digits and underscores. Empty if there is none.
  String name() {
    return word(false);
  }

  private String word(boolean colons) {
    int start = at;
    while (!atEnd()
        && (isAsciiLetterOrDigit(peek()) || peek() == '_' || (colons && peek() == ':'))) {
      at++;
    }
    return line.substring(start, at);
  }

  /// Letters only, in lower case; empty if the next character is none.
  private String letters() {
    int start = at;
    while (!atEnd() && Character.isLetter(peek())) {
      at++;
    }
    return line.substring(start, at).toLowerCase(Locale.ROOT);
  }

  private static boolean isAsciiLetterOrDigit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  }

  boolean atQuote() {
    return peek() == '"' || peek() == '\'' || peek() == '`';
  }

  String quoted() {
    int start = at;
    char quote = line.charAt(at++);
    while (!atEnd() && peek() != quote) {
      at += peek() == '\\' && quote != '`' ? 2 : 1;
    }
    if (atEnd()) {
      at = start;
      throw error("the quote that opens here is not closed");
    }
    at++;
    return QuotedText.unquote(line.substring(start, at));
  }

  /// A decimal number, `Inf` or `NaN`, with an optional sign.
  double number() {
    int start = at;
    boolean negative = accept('-');
    if (!negative) {
      accept('+');
    }
    double value;
    if (Character.isLetter(peek())) {
      int word = at;
      value =
          switch (letters()) {
            case "inf" -> Double.POSITIVE_INFINITY;
            case "nan" -> Double.NaN;
            default -> {
              at = word;
              throw error("expected a number, \"stale\" or \"_\"");
            }
          };
    } else {
      int digits = at;
      skipDecimal();
      try {
        value = Double.parseDouble(line.substring(digits, at));
      } catch (NumberFormatException e) {
        at = start;
        throw error("expected a number", e);
      }
    }
    return negative ? -value : value;
  }

  private void skipDecimal() {
    while (Character.isDigit(peek()) || peek() == '.') {
      at++;
    }
    if (peek() == 'e' || peek() == 'E') {
      int exponent = at++;
      if (!accept('+')) {
        accept('-');
      }
      if (!Character.isDigit(peek())) {
        at = exponent;
        return;
      }
      while (Character.isDigit(peek())) {
        at++;
      }
    }
  }

  /// A whole number with an optional minus sign.
  int integer() {
    int start = at;
    accept('-');
    while (Character.isDigit(peek())) {
      at++;
    }
    try {
      return Integer.parseInt(line.substring(start, at));
    } catch (NumberFormatException e) {
      at = start;
      throw error("expected a whole number", e);
    }
  }

  /// What follows an `x`: how often to repeat.
  int repetitions() {
    int times = integer();
    if (times < 0 || times > SeriesNotation.MAX_VALUES) {
      throw error(
          "%d repetitions; at most %d are possible".formatted(times, SeriesNotation.MAX_VALUES));
    }
    return times;
  }

  /// A length of time like `1h30m` or `250ms`, or a plain 0, with an optional sign.
  long durationMillis() {
    boolean negative = accept('-');
    if (!negative) {
      accept('+');
    }
    int start = at;
    while (Character.isDigit(peek()) || "smhdwy".indexOf(peek()) >= 0) {
      at++;
    }
    long millis;
    try {
      millis = DurationText.parseMillis(line.substring(start, at));
    } catch (WeirException.BadData e) {
      at = start;
      throw error(e.getMessage(), e);
    }
    return negative ? -millis : millis;
  }

  WeirException.BadData error(String problem) {
    return new WeirException.BadData(message(problem));
  }

  WeirException.BadData error(String problem, Throwable cause) {
    return new WeirException.BadData(message(problem), cause);
  }

  private String message(String problem) {
    String rest = line.substring(Math.min(at, line.length()));
    String found = rest.isEmpty() ? "the end" : rest.length() > 20 ? rest.substring(0, 20) : rest;
    return "series notation, column %d: %s, found %s".formatted(at + 1, problem, found);
  }
}
