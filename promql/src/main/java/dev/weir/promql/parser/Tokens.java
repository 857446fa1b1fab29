package dev.weir.promql.parser;

import dev.weir.model.WeirException;
import dev.weir.promql.ast.SourcePosition;
import dev.weir.promql.ast.SourceSpan;

/// The tokens of a query, one in sight at a time.
final class Tokens {
  private final String query;
  private final Lexer lexer;
  private final int maxDepth;
  private Token current;
  private int previousEnd;
  private int nesting;

  Tokens(String query, int maxDepth) {
    this.query = query;
    this.lexer = new Lexer(query);
    this.maxDepth = maxDepth;
    this.current = lexer.next();
  }

  /// The token in sight.
  Token current() {
    return current;
  }

  TokenType type() {
    return current.type();
  }

  /// Steps over the token in sight and returns it.
  Token take() {
    Token taken = current;
    previousEnd = taken.span().end();
    current = lexer.next();
    return taken;
  }

  boolean accept(TokenType type) {
    if (current.type() != type) {
      return false;
    }
    take();
    return true;
  }

  /// From `start` to the end of the token stepped over last.
  SourceSpan since(SourceSpan start) {
    return new SourceSpan(start.start(), previousEnd);
  }

  /// Enters a level of nesting; every call is followed by [#leave].
  void enter() {
    nesting++;
    checkDepth(nesting);
  }

  void leave() {
    nesting--;
  }

  /// @throws WeirException.LimitExceeded if a tree of that depth is too deep
  void checkDepth(int depth) {
    if (depth > maxDepth) {
      throw new WeirException.LimitExceeded(
          "%s: query is deeper than %d levels; split it, or raise query.max_query_depth"
              .formatted(SourcePosition.of(query, current.span().start()), maxDepth));
    }
  }

  /// Complains about the token in sight.
  ///
  /// @param context the construct it stands in; may be empty
  /// @param expected what would be right; may be empty
  ParseError unexpected(String context, String expected) {
    StringBuilder message = new StringBuilder("unexpected ").append(current.description());
    if (!context.isEmpty()) {
      message.append(" in ").append(context);
    }
    if (!expected.isEmpty()) {
      message.append(", expected ").append(expected);
    }
    return new ParseError(current.span(), message.toString());
  }
}
