package dev.weir.promql.query;

import static java.util.Objects.requireNonNull;

import dev.weir.model.source.Completeness;
import dev.weir.promql.query.Annotation.Severity;
import java.util.List;
import java.util.Optional;

/// What a query came to.
///
/// @param annotations each once, warnings first, by their place in the query
/// @param completeness of all that the query selected; parts that did not answer are named here
/// @param plan how it was evaluated, if that was asked for; a query that is a text has none
public record QueryResult(
    QueryValue value,
    List<Annotation> annotations,
    QueryStatistics statistics,
    Completeness completeness,
    Optional<PlanNode> plan) {
  public QueryResult {
    requireNonNull(value, "value");
    annotations = List.copyOf(annotations);
    requireNonNull(statistics, "statistics");
    requireNonNull(completeness, "completeness");
    requireNonNull(plan, "plan");
  }

  /// The warnings about the query, as text.
  public List<String> warnings() {
    return texts(Severity.WARNING);
  }

  /// The remarks about the query, as text.
  public List<String> infos() {
    return texts(Severity.INFO);
  }

  private List<String> texts(Severity severity) {
    return annotations.stream()
        .filter(annotation -> annotation.severity() == severity)
        .map(Annotation::toString)
        .toList();
  }
}
