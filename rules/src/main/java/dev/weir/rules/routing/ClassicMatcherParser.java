package dev.weir.rules.routing;

import dev.weir.model.LabelText;
import dev.weir.model.Matcher;
import dev.weir.model.WeirException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// Reads matchers as Alertmanagers before 0.27 did, and later ones where their own grammar fails: a
/// value needs no quotes whatever stands in it, and unknown escapes stand for themselves.
final class ClassicMatcherParser {
  private static final Pattern MATCHER =
      Pattern.compile(
          "\\s*([a-zA-Z_:][a-zA-Z0-9_:]*)\\s*(=~|=|!=|!~)\\s*(.*?)\\s*", Pattern.DOTALL);

  private ClassicMatcherParser() {}

  /// @throws WeirException.BadData if the text is no list of matchers
  static List<Matcher> parse(String text) {
    return split(text).stream().map(ClassicMatcherParser::matcher).toList();
  }

  /// The parts between commas that are not in quotes.
  private static List<String> split(String text) {
    String list = text.startsWith("{") ? text.substring(1) : text;
    list = list.endsWith("}") ? list.substring(0, list.length() - 1) : list;
    List<String> parts = new ArrayList<>();
    boolean quoted = false;
    boolean escaped = false;
    int start = 0;
    for (int i = 0; i < list.length(); i++) {
      char c = list.charAt(i);
      if (c == ',' && !quoted) {
        parts.add(list.substring(start, i));
        start = i + 1;
      } else if (c == '"' && !escaped) {
        quoted = !quoted;
      }
      escaped = c == '\\' && !escaped;
    }
    String last = list.substring(start);
    if (!last.isBlank()) {
      parts.add(last);
    }
    return parts;
  }

  private static Matcher matcher(String text) {
    java.util.regex.Matcher parts = MATCHER.matcher(text);
    if (!parts.matches()) {
      throw new WeirException.BadData(
          "%s is no matcher; write name=\"value\", with !=, =~ or !~ for ="
              .formatted(LabelText.quote(text.strip())));
    }
    Matcher.Type type =
        switch (parts.group(2)) {
          case "=" -> Matcher.Type.EQUAL;
          case "!=" -> Matcher.Type.NOT_EQUAL;
          case "=~" -> Matcher.Type.REGEX;
          default -> Matcher.Type.NOT_REGEX;
        };
    return Matcher.of(type, parts.group(1), value(parts.group(3), text));
  }

  private static String value(String raw, String matcher) {
    boolean opened = raw.startsWith("\"");
    boolean closed = false;
    StringBuilder value = new StringBuilder();
    for (int i = opened ? 1 : 0; i < raw.length(); i++) {
      char c = raw.charAt(i);
      boolean last = i == raw.length() - 1;
      if (c == '\\' && !last) {
        i++;
        switch (raw.charAt(i)) {
          case 'n' -> value.append('\n');
          case '"', '\\' -> value.append(raw.charAt(i));
          default -> value.append('\\').append(raw.charAt(i));
        }
      } else if (c == '"') {
        if (!opened || !last) {
          throw loneQuote(matcher);
        }
        closed = true;
      } else {
        value.append(c);
      }
    }
    if (opened && !closed) {
      throw loneQuote(matcher);
    }
    return value.toString();
  }

  private static WeirException.BadData loneQuote(String matcher) {
    return new WeirException.BadData(
        "matcher %s has a lone quote in its value; write it as \\\""
            .formatted(LabelText.quote(matcher.strip())));
  }
}
