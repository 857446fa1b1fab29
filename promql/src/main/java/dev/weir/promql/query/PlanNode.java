package dev.weir.promql.query;

import static java.util.Objects.requireNonNull;

import java.util.List;

/// A part of an expression as it was evaluated.
///
/// @param expression as it is printed
/// @param action what was done for it, in a few words
/// @param steps that it was evaluated at
/// @param series that came out
/// @param nanos what computing it took, without its parts and without reading; of all threads
///   together, so it may be more than the query took
/// @param readings what it read, which is something for selectors and what is computed from ranges
/// @param parts that it was computed from
public record PlanNode(
    String expression,
    String action,
    long steps,
    long series,
    long nanos,
    List<Reading> readings,
    List<PlanNode> parts) {
  public PlanNode {
    requireNonNull(expression, "expression");
    requireNonNull(action, "action");
    readings = List.copyOf(readings);
    parts = List.copyOf(parts);
  }

  /// What a selector made of its source.
  ///
  /// @param matchers as text: `{job="node"}`
  /// @param startMillis first time of the range that was read
  /// @param endMillis last time of it
  /// @param hint what the source was told that is done with the samples; empty if nothing
  /// @param groups groups of series that came
  /// @param series that matched
  /// @param samples that they have in the range
  /// @param findNanos until their labels were known
  /// @param readNanos reading their samples, of all threads together
  public record Reading(
      String matchers,
      long startMillis,
      long endMillis,
      String hint,
      long groups,
      long series,
      long samples,
      long findNanos,
      long readNanos) {}
}
