package dev.weir.promql.query;

import static java.util.Objects.requireNonNull;

import dev.weir.model.source.Completeness;
import dev.weir.promql.query.Annotation.Severity;
import java.util.List;

/// What a query came to.
///
/// @param annotations each once, warnings first, by their place in the query
/// @param completeness of all that the query selected; parts that did not answer are named here
public record QueryResult(
    QueryValue value,
    List<Annotation> annotations,
    QueryStatistics statistics,
    Completeness completeness) {
  public QueryResult {
    requireNonNull(value, "value");
    annotations = List.copyOf(annotations);
    requireNonNull(statistics, "statistics");
    requireNonNull(completeness, "completeness");
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
