package dev.weir.model;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/// Reads quoted text as PromQL, label sets and rule files write it: in double or single quotes with
/// Go's escapes, or in backquotes without any. [LabelText#quote] writes it.
///
/// ```
/// Text   => '"' (Char | Escape)* '"' | "'" (Char | Escape)* "'" | '`' Any* '`'
/// Escape => '\' ( [abfnrtv\] | Quote | [0-7]{3} | 'x' Hex{2} | 'u' Hex{4} | 'U' Hex{8} )
/// ```
///
/// *Quote* is the one that the text is in. Octal and hexadecimal escapes are bytes of UTF-8, the
/// others code points. *Char* is anything but a line feed.
public final class QuotedText {
  private final String text;
  private final char quote;
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private int at = 1;

  private QuotedText(String text, char quote) {
    this.text = text;
    this.quote = quote;
  }

  /// What stands between the quotes.
  ///
  /// @param text with its quotes
  /// @throws WeirException.BadData if a quote is missing or an escape is not known
  public static String unquote(String text) {
    int end = text.length() - 1;
    char quote = end < 1 ? 0 : text.charAt(0);
    if ((quote != '"' && quote != '\'' && quote != '`') || text.charAt(end) != quote) {
      throw new WeirException.BadData(
          "text %s is not quoted; put it in \"double\", 'single' or `back` quotes".formatted(text));
    }
    String body = text.substring(1, end);
    if (quote == '`') {
      if (body.indexOf('`') >= 0) {
        throw new WeirException.BadData(
            "text %s has a backquote inside backquotes".formatted(text));
      }
      return body;
    }
    if (body.indexOf('\\') < 0 && body.indexOf(quote) < 0 && body.indexOf('\n') < 0) {
      return body;
    }
    return new QuotedText(text, quote).read();
  }

  private String read() {
    int end = text.length() - 1;
    while (at < end) {
      int point = text.codePointAt(at);
      at += Character.charCount(point);
      if (point == '\\') {
        readEscape(end);
      } else if (point == quote || point == '\n') {
        throw new WeirException.BadData(
            "text %s has %s inside; write %s"
                .formatted(
                    text,
                    point == '\n' ? "a line break" : "its own quote",
                    point == '\n' ? "\\n" : "\\" + quote));
      } else {
        append(point);
      }
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private void append(int point) {
    bytes.writeBytes(Character.toString(point).getBytes(StandardCharsets.UTF_8));
  }

  private void readEscape(int end) {
    if (at >= end) {
      throw unknownEscape();
    }
    char c = text.charAt(at++);
    switch (c) {
      case 'a' -> bytes.write(0x07);
      case 'b' -> bytes.write('\b');
      case 'f' -> bytes.write('\f');
      case 'n' -> bytes.write('\n');
      case 'r' -> bytes.write('\r');
      case 't' -> bytes.write('\t');
      case 'v' -> bytes.write(0x0b);
      case '\\' -> bytes.write('\\');
      case 'x' -> bytes.write(readNumber(2, 16, end));
      case 'u' -> append(checked(readNumber(4, 16, end)));
      case 'U' -> append(checked(readNumber(8, 16, end)));
      case '0', '1', '2', '3', '4', '5', '6', '7' -> {
        at--;
        int value = readNumber(3, 8, end);
        if (value > 255) {
          throw unknownEscape();
        }
        bytes.write(value);
      }
      default -> {
        if (c != quote) {
          throw unknownEscape();
        }
        bytes.write(c);
      }
    }
  }

  private int readNumber(int digits, int radix, int end) {
    long value = 0;
    for (int i = 0; i < digits; i++) {
      int digit = at < end ? Character.digit(text.charAt(at), radix) : -1;
      if (digit < 0) {
        throw unknownEscape();
      }
      value = value * radix + digit;
      at++;
    }
    return value > Integer.MAX_VALUE ? -1 : (int) value;
  }

  private int checked(int point) {
    if (!Character.isValidCodePoint(point)
        || (point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE)) {
      throw unknownEscape();
    }
    return point;
  }

  private WeirException.BadData unknownEscape() {
    return new WeirException.BadData(
        "text %s has an escape before character %d that is not known; use \\\\ for a backslash"
            .formatted(text, at));
  }
}
