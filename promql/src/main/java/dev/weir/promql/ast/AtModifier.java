package dev.weir.promql.ast;

/// The `@` of a selector or subquery: evaluates it at one time, whatever the time of the step.
public sealed interface AtModifier {
  /// `@ 1609746000`
  record Timestamp(long timestampMillis) implements AtModifier {}

  /// `@ start()`: the start of the query's range.
  record Start() implements AtModifier {}

  /// `@ end()`: the end of the query's range.
  record End() implements AtModifier {}
}
