package dev.weir.blocks.tsdb;

import dev.weir.model.WeirException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads the little JSON that a `meta.json` is: objects become maps, arrays lists, numbers
/// [BigDecimal]s. A library for it would be one more that blocks outlive.
final class Json {
  private static final int MAX_DEPTH = 32;

  private final String text;
  private final String place;
  private int at;

  private Json(String text, String place) {
    this.text = text;
    this.place = place;
  }

  /// @param place for messages
  /// @throws WeirException.Corrupt if the text is no JSON
  static @Nullable Object read(String text, String place) {
    Json json = new Json(text, place);
    Object value = json.value(0);
    json.skipSpace();
    if (json.at < text.length()) {
      throw json.corrupt("expected nothing more");
    }
    return value;
  }

  private @Nullable Object value(int depth) {
    skipSpace();
    if (depth > MAX_DEPTH) {
      throw corrupt("values are nested more than %d deep".formatted(MAX_DEPTH));
    }
    return switch (peek()) {
      case '{' -> object(depth);
      case '[' -> array(depth);
      case '"' -> string();
      case 't' -> word("true", true);
      case 'f' -> word("false", false);
      case 'n' -> word("null", null);
      default -> number();
    };
  }

  private Map<String, @Nullable Object> object(int depth) {
    Map<String, @Nullable Object> members = new LinkedHashMap<>();
    at++;
    skipSpace();
    while (peek() != '}') {
      skipSpace();
      String name = string();
      skipSpace();
      expect(':');
      members.put(name, value(depth + 1));
      skipSpace();
      if (peek() != '}') {
        expect(',');
      }
    }
    at++;
    return members;
  }

  private List<@Nullable Object> array(int depth) {
    List<@Nullable Object> items = new ArrayList<>();
    at++;
    skipSpace();
    while (peek() != ']') {
      items.add(value(depth + 1));
      skipSpace();
      if (peek() != ']') {
        expect(',');
      }
    }
    at++;
    return items;
  }

  private String string() {
    if (peek() != '"') {
      throw corrupt("expected a string");
    }
    at++;
    StringBuilder out = new StringBuilder();
    while (peek() != '"') {
      char c = next();
      out.append(c == '\\' ? escaped() : c);
    }
    at++;
    return out.toString();
  }

  private char escaped() {
    char c = next();
    return switch (c) {
      case '"', '\\', '/' -> c;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> unicode();
      default -> throw corrupt("escape \\%s is not known".formatted(c));
    };
  }

  private char unicode() {
    int end = at + 4;
    if (end > text.length()) {
      throw corrupt("expected four hexadecimal digits");
    }
    try {
      char c = (char) Integer.parseInt(text, at, end, 16);
      at = end;
      return c;
    } catch (NumberFormatException e) {
      throw corrupt("expected four hexadecimal digits", e);
    }
  }

  private @Nullable Object word(String word, @Nullable Object value) {
    if (!text.startsWith(word, at)) {
      throw corrupt("expected a value");
    }
    at += word.length();
    return value;
  }

  private BigDecimal number() {
    int start = at;
    while (at < text.length() && "+-.0123456789eE".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
    try {
      return new BigDecimal(text.substring(start, at));
    } catch (NumberFormatException e) {
      at = start;
      throw corrupt("expected a value", e);
    }
  }

  private void skipSpace() {
    while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  private char peek() {
    if (at >= text.length()) {
      throw corrupt("the text ends too early");
    }
    return text.charAt(at);
  }

  private char next() {
    char c = peek();
    at++;
    return c;
  }

  private void expect(char expected) {
    if (peek() != expected) {
      throw corrupt("expected \"%s\", found \"%s\"".formatted(expected, peek()));
    }
    at++;
  }

  private WeirException.Corrupt corrupt(String problem) {
    return new WeirException.Corrupt("%s: at character %d: %s".formatted(place, at, problem));
  }

  private WeirException.Corrupt corrupt(String problem, Throwable cause) {
    return new WeirException.Corrupt(
        "%s: at character %d: %s".formatted(place, at, problem), cause);
  }

  /// A string with its quotes.
  static String quote(String text) {
    StringBuilder out = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else if (c < ' ') {
        out.append("\\u%04x".formatted((int) c));
      } else {
        out.append(c);
      }
    }
    return out.append('"').toString();
  }
}
