package dev.weir.promql.parser;

import dev.weir.promql.ast.SourceSpan;

/// What is wrong with a query, and where. Stays inside the package: [PromqlParser] makes a
/// [dev.weir.model.WeirException.BadData] of it.
final class ParseError extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient SourceSpan span;

  ParseError(SourceSpan span, String message) {
    // No stack trace: it is never shown, and queries with errors are cheap to send.
    super(message, null, false, false);
    this.span = span;
  }

  SourceSpan span() {
    return span;
  }

  String problem() {
    return String.valueOf(getMessage());
  }
}
