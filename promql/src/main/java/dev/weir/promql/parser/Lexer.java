package dev.weir.promql.parser;

import dev.weir.model.LabelText;
import dev.weir.promql.ast.SourceSpan;
import java.util.Locale;

/// Cuts a query into tokens. What a character means depends on whether it stands inside braces
/// (label matchers: words are no keywords there) or brackets (ranges: words are calls like `step()`
/// there, and a colon stands for itself).
final class Lexer {
  private static final int END = -1;

  private final String query;
  private int at;
  private int start;
  private int openParens;
  private boolean inBraces;
  private boolean inBrackets;
  private boolean colonSeen;
  private boolean numberSeen;

  Lexer(String query) {
    this.query = query;
  }

  /// The next token; [TokenType#END_OF_INPUT] again and again at the end.
  Token next() {
    skipSpaceAndComments();
    start = at;
    if (inBraces) {
      return insideBraces();
    }
    int c = take();
    return switch (c) {
      case END -> endOfInput();
      case ',' -> token(TokenType.COMMA);
      case '*' -> token(TokenType.MULTIPLY);
      case '/' -> token(TokenType.DIVIDE);
      case '%' -> token(TokenType.MODULO);
      case '+' -> token(TokenType.ADD);
      case '-' -> token(TokenType.SUBTRACT);
      case '^' -> token(TokenType.POWER);
      case '@' -> token(TokenType.AT);
      case '=', '!', '<', '>' -> comparison(c);
      case '(' -> {
        openParens++;
        yield token(TokenType.LEFT_PAREN);
      }
      case ')' -> closeParen();
      case '[' -> openBracket();
      case ']' -> closeBracket();
      case '{' -> {
        inBraces = true;
        yield token(TokenType.LEFT_BRACE);
      }
      case '"', '\'', '`' -> string(c);
      case ':' -> inBrackets ? colon() : word();
      default -> {
        if (isDigit(c) || (c == '.' && isDigit(peek()))) {
          yield numberOrDuration();
        }
        if (isAlpha(c)) {
          yield inBrackets ? wordInBrackets() : word();
        }
        throw unexpectedCharacter(c);
      }
    };
  }

  private void skipSpaceAndComments() {
    while (at < query.length()) {
      char c = query.charAt(at);
      if (c == '#') {
        while (at < query.length() && query.charAt(at) != '\n' && query.charAt(at) != '\r') {
          at++;
        }
      } else if (isSpace(c)) {
        at++;
      } else {
        return;
      }
    }
  }

  private Token endOfInput() {
    if (openParens != 0) {
      throw error("unclosed left parenthesis");
    }
    if (inBrackets) {
      throw error(
          numberSeen ? "unclosed left bracket" : "unexpected end of input in duration expression");
    }
    return token(TokenType.END_OF_INPUT);
  }

  private Token closeParen() {
    openParens--;
    if (openParens < 0) {
      start = at;
      throw error("unexpected right parenthesis ')'");
    }
    return token(TokenType.RIGHT_PAREN);
  }

  private Token openBracket() {
    if (inBrackets) {
      throw error("unexpected left bracket '['");
    }
    inBrackets = true;
    colonSeen = false;
    numberSeen = false;
    return token(TokenType.LEFT_BRACKET);
  }

  private Token closeBracket() {
    if (!inBrackets) {
      throw error("unexpected right bracket ']'");
    }
    inBrackets = false;
    return token(TokenType.RIGHT_BRACKET);
  }

  private Token colon() {
    if (colonSeen) {
      throw error("unexpected colon ':'");
    }
    colonSeen = true;
    return token(TokenType.COLON);
  }

  private Token comparison(int c) {
    int next = peek();
    return switch (c) {
      case '=' -> {
        if (next == '~') {
          throw error("unexpected character after '=': " + quoteCharacter(next));
        }
        yield next == '=' ? tokenWithNext(TokenType.EQUAL) : token(TokenType.EQUALS);
      }
      case '!' -> {
        if (next != '=') {
          throw error("unexpected character after '!': " + quoteCharacter(next));
        }
        yield tokenWithNext(TokenType.NOT_EQUAL);
      }
      case '<' ->
          next == '='
              ? tokenWithNext(TokenType.LESS_OR_EQUAL)
              : next == '/' ? tokenWithNext(TokenType.TRIM_UPPER) : token(TokenType.LESS);
      default ->
          next == '='
              ? tokenWithNext(TokenType.GREATER_OR_EQUAL)
              : next == '/' ? tokenWithNext(TokenType.TRIM_LOWER) : token(TokenType.GREATER);
    };
  }

  private Token insideBraces() {
    int c = take();
    return switch (c) {
      case END -> throw error("unexpected end of input inside braces");
      case ',' -> token(TokenType.COMMA);
      case '"', '\'', '`' -> string(c);
      case '=' -> peek() == '~' ? tokenWithNext(TokenType.MATCHES) : token(TokenType.EQUALS);
      case '!' -> {
        int next = peek();
        if (next != '~' && next != '=') {
          throw error("unexpected character after '!' inside braces: " + quoteCharacter(next));
        }
        yield tokenWithNext(next == '~' ? TokenType.NOT_MATCHES : TokenType.NOT_EQUAL);
      }
      case '{' -> throw error("unexpected left brace '{'");
      case '}' -> {
        inBraces = false;
        yield token(TokenType.RIGHT_BRACE);
      }
      default -> {
        if (!isAlpha(c)) {
          throw error("unexpected character inside braces: " + quoteCharacter(c));
        }
        while (isAlphaNumeric(peek())) {
          at++;
        }
        yield token(TokenType.IDENTIFIER);
      }
    };
  }

  private Token word() {
    while (isAlphaNumeric(peek()) || peek() == ':') {
      at++;
    }
    String word = query.substring(start, at).toLowerCase(Locale.ROOT);
    if (word.equals("inf") || word.equals("nan")) {
      return token(TokenType.NUMBER);
    }
    TokenType type = TokenType.ofWord(word);
    if (type == null) {
      return token(word.indexOf(':') < 0 ? TokenType.IDENTIFIER : TokenType.METRIC_IDENTIFIER);
    }
    return token(
        switch (type) {
          // Metrics had these names before they were keywords.
          case FILL, FILL_LEFT, FILL_RIGHT, MIN_OF, MAX_OF ->
              isFollowedByParen() ? type : TokenType.IDENTIFIER;
          default -> type;
        });
  }

  private boolean isFollowedByParen() {
    int i = at;
    while (i < query.length() && isSpace(query.charAt(i))) {
      i++;
    }
    return i < query.length() && query.charAt(i) == '(';
  }

  private Token wordInBrackets() {
    int first = query.charAt(start);
    while (isAlphaNumeric(peek())) {
      at++;
    }
    TokenType type = TokenType.ofWord(query.substring(start, at).toLowerCase(Locale.ROOT));
    if (type == TokenType.STEP
        || type == TokenType.RANGE
        || type == TokenType.MIN_OF
        || type == TokenType.MAX_OF) {
      return token(type);
    }
    throw unexpectedCharacter(first);
  }

  private Token numberOrDuration() {
    numberSeen = true;
    NumberScanner scanner = new NumberScanner(query, start);
    if (scanner.scanNumber()) {
      at = scanner.end();
      return token(TokenType.NUMBER);
    }
    if (scanner.scanRestOfDuration()) {
      at = scanner.end();
      return token(TokenType.DURATION);
    }
    throw error(
        "bad number or duration syntax: " + LabelText.quote(query.substring(start, scanner.end())));
  }

  private Token string(int quote) {
    while (true) {
      int c = take();
      if (c == quote) {
        return token(TokenType.STRING);
      }
      if (c == END || (c == '\n' && quote != '`')) {
        throw error(quote == '`' ? "unterminated raw string" : "unterminated quoted string");
      }
      if (c == '\\' && quote != '`') {
        escape(quote);
      }
    }
  }

  private void escape(int quote) {
    int c = take();
    switch (c) {
      case 'a', 'b', 'f', 'n', 'r', 't', 'v', '\\' -> {}
      case '0', '1', '2', '3', '4', '5', '6', '7' -> {
        at--;
        escapedNumber(3, 8, 255);
      }
      case 'x' -> escapedNumber(2, 16, 255);
      case 'u' -> escapedNumber(4, 16, Character.MAX_CODE_POINT);
      case 'U' -> escapedNumber(8, 16, Character.MAX_CODE_POINT);
      case END -> throw error("escape sequence not terminated");
      default -> {
        if (c != quote) {
          throw error("unknown escape sequence " + unicodeName(c));
        }
      }
    }
  }

  private void escapedNumber(int digits, int radix, int max) {
    long value = 0;
    for (int i = 0; i < digits; i++) {
      int c = take();
      int digit = c == END || c > 'f' ? -1 : Character.digit(c, radix);
      if (c == END) {
        throw error("escape sequence not terminated");
      }
      if (digit < 0) {
        throw error("illegal character %s in escape sequence".formatted(unicodeName(c)));
      }
      value = value * radix + digit;
    }
    if (value > max || (value >= Character.MIN_SURROGATE && value <= Character.MAX_SURROGATE)) {
      throw error("escape sequence is an invalid Unicode code point");
    }
  }

  private static String unicodeName(int c) {
    return "U+%04X '%s'".formatted(c, Character.toString(c));
  }

  private ParseError unexpectedCharacter(int c) {
    if (!inBrackets) {
      return error("unexpected character: " + quoteCharacter(c));
    }
    return isAlpha(c) && numberSeen
        ? error("unexpected character: %s, expected ':'".formatted(quoteCharacter(c)))
        : error("unexpected character in duration expression: " + quoteCharacter(c));
  }

  private static String quoteCharacter(int c) {
    if (c == END) {
      return "'\\ufffd'";
    }
    if (c == '\'') {
      return "'\\''";
    }
    if (c == '"') {
      return "'\"'";
    }
    String quoted = LabelText.quote(Character.toString(c));
    return "'" + quoted.substring(1, quoted.length() - 1) + "'";
  }

  /// The character here, which is then behind us.
  private int take() {
    if (at >= query.length()) {
      return END;
    }
    int c = query.codePointAt(at);
    at += Character.charCount(c);
    return c;
  }

  private int peek() {
    return at >= query.length() ? END : query.codePointAt(at);
  }

  private Token tokenWithNext(TokenType type) {
    at++;
    return token(type);
  }

  private Token token(TokenType type) {
    return new Token(type, query.substring(start, at), new SourceSpan(start, at));
  }

  private ParseError error(String message) {
    return new ParseError(new SourceSpan(start, query.length()), message);
  }

  static boolean isSpace(int c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
  }

  static boolean isDigit(int c) {
    return c >= '0' && c <= '9';
  }

  static boolean isAlpha(int c) {
    return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }

  static boolean isAlphaNumeric(int c) {
    return isAlpha(c) || isDigit(c);
  }
}
