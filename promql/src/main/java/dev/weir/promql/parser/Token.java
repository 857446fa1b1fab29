package dev.weir.promql.parser;

import dev.weir.model.LabelText;
import dev.weir.promql.ast.SourceSpan;

/// One token of a query.
///
/// @param text as it stands in the query, quotes included
record Token(TokenType type, String text, SourceSpan span) {
  private static final int LONGEST_SHOWN = 10;

  /// What error messages call the token: `identifier "foo"`, `<aggr:sum>`, `end of input`.
  String description() {
    return switch (type.kind()) {
      case LITERAL ->
          type == TokenType.END_OF_INPUT ? type.text() : type.text() + " " + literalText();
      case SYMBOL -> quoted();
      case OPERATOR, OPERATOR_WORD -> "<op:" + text + ">";
      case AGGREGATOR -> "<aggr:" + text + ">";
      case KEYWORD -> "<" + text + ">";
      case TIME_WORD -> quoted();
    };
  }

  private String literalText() {
    return type == TokenType.IDENTIFIER || type == TokenType.METRIC_IDENTIFIER
        ? LabelText.quote(text)
        : quoted();
  }

  private String quoted() {
    if (text.length() <= LONGEST_SHOWN) {
      return LabelText.quote(text);
    }
    int end =
        text.offsetByCodePoints(0, Math.min(LONGEST_SHOWN, text.codePointCount(0, text.length())));
    return LabelText.quote(text.substring(0, end)) + "...";
  }
}
