package dev.weir.promql.parser;

import static java.util.Objects.requireNonNull;

import dev.weir.promql.ast.SourceSpan;

/// What is wrong with a query, and where: for who shows the place in a text around the query.
///
/// @param problem in Prometheus's words, without the place
public record SyntaxProblem(SourceSpan span, String problem) {
  public SyntaxProblem {
    requireNonNull(span, "span");
    requireNonNull(problem, "problem");
  }
}
