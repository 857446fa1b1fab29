package dev.weir.promql.plan;

import static java.util.Objects.requireNonNull;

import dev.weir.promql.ast.Expr;
import dev.weir.promql.ast.Expr.Aggregation;

/// What each shard of the series evaluates alone.
///
/// @param expr an instant vector
public record Leaf(Expr expr, Kind kind) {
  /// What the leaf's result is to the merge.
  public enum Kind {
    /// An instant vector, computed of one series at a time: as many series as are selected.
    SERIES,
    /// An instant vector, of series that meet in their partition: joined, or grouped.
    PARTITION,
    /// Those of an aggregation's series that it may choose, as `topk` does. The merge chooses
    /// again.
    CANDIDATES,
    /// What an aggregation has taken in, as series with other labels than its result has.
    /// [LeafMerge] makes the result of them.
    STATES
  }

  public Leaf {
    requireNonNull(expr, "expr");
    requireNonNull(kind, "kind");
    if (kind == Kind.STATES && !(expr instanceof Aggregation)) {
      throw new IllegalArgumentException("only aggregations have states: " + expr);
    }
  }

  /// Whether shards give the states of an aggregation and not its value.
  public boolean hasStates() {
    return kind == Kind.STATES;
  }
}
