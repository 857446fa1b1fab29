package dev.weir.promql.parser;

import static java.util.Objects.requireNonNull;

import dev.weir.model.Matcher;
import dev.weir.model.WeirException;
import dev.weir.promql.ast.Expr;
import dev.weir.promql.ast.SourcePosition;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// Reads queries. Immutable; for use by any thread.
///
/// Errors have Prometheus's wording and place: `1:5: parse error: unexpected identifier "x"`.
public final class PromqlParser {
  private final ParserOptions options;

  public PromqlParser(ParserOptions options) {
    this.options = requireNonNull(options, "options");
  }

  /// @throws WeirException.BadData if the query is no PromQL
  /// @throws WeirException.LimitExceeded if it is too long or nested too deeply
  public Expr parse(String query) {
    return read(query, ExpressionParser::parse);
  }

  /// What is wrong with a query; nothing if [#parse] takes it.
  ///
  /// @throws WeirException.LimitExceeded as [#parse]
  public Optional<SyntaxProblem> check(String query) {
    requireShort(query);
    try {
      new ExpressionParser(query, options).parse();
      return Optional.empty();
    } catch (ParseError e) {
      return Optional.of(new SyntaxProblem(e.span(), e.problem()));
    }
  }

  /// The matchers of a selector without range and modifiers, as in the `match[]` parameters of the
  /// API: `up`, `{job="api"}`.
  ///
  /// @throws WeirException.BadData if the text is no selector, or one that takes series without any
  ///   of its labels
  /// @throws WeirException.LimitExceeded if it is too long
  public List<Matcher> parseSelector(String text) {
    List<Matcher> matchers = read(text, ExpressionParser::parseSelector).matchers();
    if (matchers.stream().allMatch(matcher -> matcher.matches(""))) {
      throw new WeirException.BadData("match[] must contain at least one non-empty matcher");
    }
    return matchers;
  }

  private <T> T read(String query, Function<ExpressionParser, T> reading) {
    requireShort(query);
    try {
      return reading.apply(new ExpressionParser(query, options));
    } catch (ParseError e) {
      throw new WeirException.BadData(
          "%s: parse error: %s".formatted(place(query, e), e.problem()), e);
    }
  }

  private void requireShort(String query) {
    if (query.length() > options.maxLength()) {
      throw new WeirException.LimitExceeded(
          "query has %d characters, more than the limit of %d; shorten it, or raise query.max_query_length"
              .formatted(query.length(), options.maxLength()));
    }
  }

  private static String place(String query, ParseError error) {
    return query.isEmpty()
        ? "unknown position"
        : SourcePosition.of(query, error.span().start()).toString();
  }
}
