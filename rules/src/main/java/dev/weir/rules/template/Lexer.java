package dev.weir.rules.template;

import static java.util.Map.entry;

import dev.weir.rules.template.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Cuts a template into tokens. Between `{{` and `}}` white space is a token, since it separates
/// arguments; `{{- ` and ` -}}` take the white space of the text beside them away; comments vanish.
///
/// The first error ends the list, as an [Kind#ERROR] token.
final class Lexer {
  private static final String LEFT = "{{";
  private static final String RIGHT = "}}";
  private static final String LEFT_COMMENT = "/*";
  private static final String RIGHT_COMMENT = "*/";
  private static final String SPACES = " \t\r\n";
  private static final int END = -1;

  private static final Map<String, Kind> WORDS =
      Map.ofEntries(
          entry("block", Kind.BLOCK),
          entry("break", Kind.BREAK),
          entry("continue", Kind.CONTINUE),
          entry("define", Kind.DEFINE),
          entry("else", Kind.ELSE),
          entry("end", Kind.END),
          entry("if", Kind.IF),
          entry("range", Kind.RANGE),
          entry("nil", Kind.NIL),
          entry("template", Kind.TEMPLATE),
          entry("with", Kind.WITH),
          entry("true", Kind.BOOL),
          entry("false", Kind.BOOL));

  private final String text;
  private final List<Token> tokens = new ArrayList<>();
  private int start;
  private int at;
  private int openParentheses;
  private boolean failed;

  private Lexer(String text) {
    this.text = text;
  }

  static List<Token> tokens(String text) {
    Lexer lexer = new Lexer(text);
    lexer.readText();
    return List.copyOf(lexer.tokens);
  }

  private void emit(Kind type) {
    tokens.add(new Token(type, text.substring(start, at), start));
    start = at;
  }

  private void fail(String problem) {
    tokens.add(new Token(Kind.ERROR, problem, start));
    failed = true;
  }

  private void readText() {
    while (!failed) {
      int open = text.indexOf(LEFT, at);
      int end = open < 0 ? text.length() : open;
      boolean trims = open >= 0 && opensWithTrim(open);
      int textEnd = trims ? trimmedEnd(start, end) : end;
      at = textEnd;
      if (at > start) {
        emit(Kind.TEXT);
      }
      at = end;
      start = end;
      if (open < 0) {
        emit(Kind.END_OF_TEXT);
        return;
      }
      readAction(trims);
    }
  }

  private boolean opensWithTrim(int open) {
    int dash = open + LEFT.length();
    return dash + 1 < text.length() && text.charAt(dash) == '-' && isSpace(text.charAt(dash + 1));
  }

  private boolean closesWithTrim(int position) {
    return isSpace(charAt(position))
        && charAt(position + 1) == '-'
        && text.startsWith(RIGHT, position + 2);
  }

  private int trimmedEnd(int from, int end) {
    int trimmed = end;
    while (trimmed > from && isSpace(text.charAt(trimmed - 1))) {
      trimmed--;
    }
    return trimmed;
  }

  private void readAction(boolean trims) {
    int inside = at + LEFT.length() + (trims ? 2 : 0);
    if (text.startsWith(LEFT_COMMENT, inside)) {
      readComment(inside);
      return;
    }
    at += LEFT.length();
    emit(Kind.LEFT_DELIMITER);
    at = inside;
    start = inside;
    openParentheses = 0;
    while (!failed && !closes()) {
      readInside();
    }
  }

  private void readComment(int inside) {
    int close = text.indexOf(RIGHT_COMMENT, inside + LEFT_COMMENT.length());
    if (close < 0) {
      fail("unclosed comment");
      return;
    }
    at = close + RIGHT_COMMENT.length();
    boolean trims = closesWithTrim(at);
    if (!trims && !text.startsWith(RIGHT, at)) {
      fail("comment ends before closing delimiter");
      return;
    }
    skipDelimiter(trims);
  }

  private void skipDelimiter(boolean trims) {
    at += RIGHT.length() + (trims ? 2 : 0);
    if (trims) {
      while (isSpace(charAt(at))) {
        at++;
      }
    }
    start = at;
  }

  /// Reads the closing delimiter, if it stands here.
  private boolean closes() {
    boolean trims = closesWithTrim(at);
    if (!trims && !text.startsWith(RIGHT, at)) {
      return false;
    }
    if (openParentheses > 0) {
      fail("unclosed left paren");
      return true;
    }
    start = trims ? at + 2 : at;
    tokens.add(new Token(Kind.RIGHT_DELIMITER, RIGHT, start));
    skipDelimiter(trims);
    return true;
  }

  private int charAt(int position) {
    return position < text.length() ? text.charAt(position) : END;
  }

  private static boolean isSpace(int c) {
    return c != END && SPACES.indexOf(c) >= 0;
  }

  private static boolean isWordCharacter(int c) {
    return c == '_' || (c != END && Character.isLetterOrDigit(c));
  }

  private void readInside() {
    int c = at < text.length() ? text.codePointAt(at) : END;
    switch (c) {
      case END -> fail("unclosed action");
      case ' ', '\t', '\r', '\n' -> readSpace();
      case '=' -> one(Kind.ASSIGN);
      case ':' -> {
        at++;
        if (charAt(at) != '=') {
          fail("expected :=");
        } else {
          one(Kind.DECLARE);
        }
      }
      case '|' -> one(Kind.PIPE);
      case ',' -> one(Kind.COMMA);
      case '"' -> readQuoted('"', Kind.STRING, "unterminated quoted string");
      case '`' -> readRaw();
      case '\'' -> readQuoted('\'', Kind.CHARACTER, "unterminated character constant");
      case '$' -> {
        at++;
        readWord(Kind.VARIABLE);
      }
      case '.' -> {
        at++;
        if (charAt(at) >= '0' && charAt(at) <= '9') {
          at--;
          readNumber();
        } else {
          readWord(Kind.FIELD);
        }
      }
      case '(' -> {
        openParentheses++;
        one(Kind.LEFT_PARENTHESIS);
      }
      case ')' -> {
        openParentheses--;
        one(Kind.RIGHT_PARENTHESIS);
      }
      case '+', '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> readNumber();
      default -> {
        if (isWordCharacter(c)) {
          readIdentifier();
        } else if (c > ' ' && c < 0x7f) {
          one(Kind.OTHER);
        } else {
          fail("unrecognized character in action: " + GoText.codePoint(c));
        }
      }
    }
  }

  private void one(Kind type) {
    at++;
    emit(type);
  }

  private void readSpace() {
    // A space that belongs to a closing " -}}" is not an argument's end.
    while (isSpace(charAt(at)) && !closesWithTrim(at)) {
      at++;
    }
    emit(Kind.SPACE);
  }

  private void readQuoted(char quote, Kind type, String unterminated) {
    at++;
    while (true) {
      int c = charAt(at);
      if (c == '\\' && charAt(at + 1) != '\n') {
        at += 2;
      } else if (c == END || c == '\n' || c == '\\' || at > text.length()) {
        fail(unterminated);
        return;
      } else if (c == quote) {
        one(type);
        return;
      } else {
        at++;
      }
    }
  }

  private void readRaw() {
    int close = text.indexOf('`', at + 1);
    if (close < 0) {
      fail("unterminated raw quoted string");
      return;
    }
    at = close + 1;
    emit(Kind.RAW_STRING);
  }

  /// A field or a variable, whose first character is behind. A lone `.` is the cursor, a lone `$`
  /// the data that the template was called with.
  private void readWord(Kind type) {
    if (atTerminator()) {
      emit(type == Kind.VARIABLE ? Kind.VARIABLE : Kind.DOT);
      return;
    }
    skipWord();
    if (!atTerminator()) {
      fail("bad character " + GoText.codePoint(text.codePointAt(at)));
      return;
    }
    emit(type);
  }

  private void skipWord() {
    while (at < text.length() && isWordCharacter(text.codePointAt(at))) {
      at += Character.charCount(text.codePointAt(at));
    }
  }

  private boolean atTerminator() {
    int c = charAt(at);
    return c == END || isSpace(c) || ".,|:()".indexOf(c) >= 0 || text.startsWith(RIGHT, at);
  }

  private void readIdentifier() {
    skipWord();
    if (!atTerminator()) {
      fail("bad character " + GoText.codePoint(text.codePointAt(at)));
      return;
    }
    emit(WORDS.getOrDefault(text.substring(start, at), Kind.IDENTIFIER));
  }

  private void readNumber() {
    if ("+-".indexOf(charAt(at)) >= 0) {
      at++;
    }
    String digits = "0123456789_";
    String exponent = "eE";
    if (charAt(at) == '0') {
      at++;
      int radix = charAt(at);
      if (radix == 'x' || radix == 'X') {
        at++;
        digits = "0123456789abcdefABCDEF_";
        exponent = "pP";
      } else if (radix == 'o' || radix == 'O') {
        at++;
        digits = "01234567_";
        exponent = "";
      } else if (radix == 'b' || radix == 'B') {
        at++;
        digits = "01_";
        exponent = "";
      }
    }
    skipAny(digits);
    if (charAt(at) == '.') {
      at++;
      skipAny(digits);
    }
    if (charAt(at) != END && exponent.indexOf(charAt(at)) >= 0) {
      at++;
      if (charAt(at) == '+' || charAt(at) == '-') {
        at++;
      }
      skipAny("0123456789_");
    }
    if (isWordCharacter(charAt(at))) {
      at++;
      fail("bad number syntax: " + GoText.quote(text.substring(start, at)));
      return;
    }
    emit(Kind.NUMBER);
  }

  private void skipAny(String characters) {
    while (charAt(at) != END && characters.indexOf(charAt(at)) >= 0) {
      at++;
    }
  }
}
