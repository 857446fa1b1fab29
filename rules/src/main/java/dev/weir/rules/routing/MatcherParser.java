package dev.weir.rules.routing;

import dev.weir.model.LabelText;
import dev.weir.model.Matcher;
import dev.weir.model.QuotedText;
import dev.weir.model.WeirException;
import java.util.ArrayList;
import java.util.List;

/// Reads matchers as Alertmanager 0.27 and later does:
///
/// ```
/// Matchers => "{" List? "}" | List?
/// List     => Matcher ("," Matcher)* ","?
/// Matcher  => Text Operator Text
/// Operator => "=" | "!=" | "=~" | "!~"
/// Text     => '"' (Char | Escape)* '"' | Plain+
/// ```
///
/// *Plain* is any character but white space and ``{}!=~,"'` ``; a backslash stands for itself in
/// it. *Escape* is Go's. White space may stand between all of these. [ClassicMatcherParser] reads
/// what this grammar refuses and older Alertmanagers took.
final class MatcherParser {
  /// A backslash is no reserved character here, though one in a name makes Alertmanager quote it.
  private static final String RESERVED = "{}!=~,\"'`";

  private final String text;
  private int at;

  private MatcherParser(String text) {
    this.text = text;
  }

  /// @throws WeirException.BadData if the text is no list of matchers
  static List<Matcher> parse(String text) {
    return new MatcherParser(text).read();
  }

  private List<Matcher> read() {
    List<Matcher> matchers = new ArrayList<>();
    skipSpace();
    boolean braces = accept('{');
    skipSpace();
    while (at < text.length() && peek() != '}') {
      matchers.add(matcher());
      skipSpace();
      if (!accept(',')) {
        break;
      }
      skipSpace();
    }
    if (braces && !accept('}')) {
      throw wrong("a comma or a closing brace");
    }
    skipSpace();
    if (at < text.length()) {
      throw wrong(braces || matchers.isEmpty() ? "nothing more" : "a comma or nothing more");
    }
    return matchers;
  }

  private Matcher matcher() {
    String name = word("a label's name");
    Matcher.Type type = operator();
    return Matcher.of(type, name, word("a value"));
  }

  private Matcher.Type operator() {
    skipSpace();
    for (Matcher.Type type :
        List.of(
            Matcher.Type.REGEX,
            Matcher.Type.NOT_REGEX,
            Matcher.Type.NOT_EQUAL,
            Matcher.Type.EQUAL)) {
      if (text.startsWith(type.text(), at)) {
        at += type.text().length();
        return type;
      }
    }
    throw wrong("an operator (=, !=, =~ or !~)");
  }

  private String word(String expected) {
    skipSpace();
    int start = at;
    if (at < text.length() && peek() == '"') {
      skipQuoted(start);
      return QuotedText.unquote(text.substring(start, at));
    }
    while (at < text.length() && !isReserved(text.codePointAt(at))) {
      at += Character.charCount(text.codePointAt(at));
    }
    if (at == start) {
      throw wrong(expected);
    }
    return text.substring(start, at);
  }

  private void skipQuoted(int start) {
    at++;
    while (at < text.length() && peek() != '"') {
      at += peek() == '\\' ? 2 : 1;
    }
    if (at >= text.length()) {
      throw new WeirException.BadData(
          "matchers %s: the quote at character %d is not closed; add a \""
              .formatted(LabelText.quote(text), start + 1));
    }
    at++;
  }

  private static boolean isReserved(int point) {
    return RouteMatchers.isSpace(point) || RESERVED.indexOf(point) >= 0;
  }

  private char peek() {
    return text.charAt(at);
  }

  private boolean accept(char c) {
    if (at < text.length() && peek() == c) {
      at++;
      return true;
    }
    return false;
  }

  private void skipSpace() {
    while (at < text.length() && RouteMatchers.isSpace(text.codePointAt(at))) {
      at += Character.charCount(text.codePointAt(at));
    }
  }

  private WeirException.BadData wrong(String expected) {
    String found =
        at < text.length()
            ? "found %s at character %d"
                .formatted(LabelText.quote(Character.toString(text.codePointAt(at))), at + 1)
            : "it ends";
    return new WeirException.BadData(
        "matchers %s: %s where %s is expected".formatted(LabelText.quote(text), found, expected)
            + "; write name=\"value\", with !=, =~ or !~ for =");
  }
}
