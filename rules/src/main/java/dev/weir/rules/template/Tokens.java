package dev.weir.rules.template;

import dev.weir.rules.template.Token.Kind;
import java.util.List;

/// A place in a list of tokens.
final class Tokens {
  private final List<Token> tokens;
  private int at;

  /// @param tokens that end with an error or the end of the text
  Tokens(List<Token> tokens) {
    this.tokens = tokens;
  }

  Token peek() {
    return tokens.get(Math.min(at, tokens.size() - 1));
  }

  Token next() {
    Token token = peek();
    at++;
    return token;
  }

  /// Undoes the last [#next].
  void back() {
    at--;
  }

  int position() {
    return at;
  }

  void goTo(int position) {
    at = position;
  }

  Token nextNonSpace() {
    Token token = next();
    while (token.type() == Kind.SPACE) {
      token = next();
    }
    return token;
  }

  Token peekNonSpace() {
    while (peek().type() == Kind.SPACE) {
      at++;
    }
    return peek();
  }

  /// The first word behind the delimiter that comes next.
  Token peekInside() {
    int position = at;
    next();
    Token token = nextNonSpace();
    at = position;
    return token;
  }

  void expect(Kind type, String context) {
    Token token = nextNonSpace();
    if (token.type() != type) {
      throw unexpected(token, context);
    }
  }

  static SyntaxError unexpected(Token token, String context) {
    return token.type() == Kind.ERROR
        ? new SyntaxError(token.offset(), token.text())
        : new SyntaxError(token.offset(), "unexpected %s in %s".formatted(token.shown(), context));
  }
}
