package dev.weir.query.push;

import dev.weir.promql.ast.Expr;
import dev.weir.promql.ast.Expr.Call;
import dev.weir.promql.ast.Expr.Subquery;
import dev.weir.promql.ast.Function;
import dev.weir.promql.ast.ValueType;
import dev.weir.promql.plan.Leaf;
import dev.weir.promql.plan.SelectorReach;
import dev.weir.promql.plan.SplitExpr;
import dev.weir.promql.plan.StepDependence;
import java.util.Optional;

/// A query that is split, and gives the same in two stages: at any steps, on any shards, with the
/// same annotations.
///
/// @param reachMillis how long before a step the earliest sample that matters may lie
record Pushable(SplitExpr split, long reachMillis) {

  /// Splits a query. Empty if it has to be evaluated in one piece, or if nothing is saved: if
  /// shards would only give instant vectors of all the series that they have.
  static Optional<Pushable> of(Expr expr, long lookbackMillis) {
    if (expr.type() != ValueType.INSTANT_VECTOR || takesOnePiece(expr)) {
      return Optional.empty();
    }
    SplitExpr split = SplitExpr.of(expr, 0, _ -> true);
    boolean saves = split.leaves().stream().anyMatch(leaf -> leaf.kind() != Leaf.Kind.SERIES);
    if (!saves
        || !split.unsplit(_ -> true).isEmpty()
        || split.leaves().stream().anyMatch(leaf -> leaf.expr().anyMatch(Pushable::remarksOnAll))) {
      return Optional.empty();
    }
    long reach = 0;
    for (Leaf leaf : split.leaves()) {
      for (SelectorReach selector : SelectorReach.in(leaf.expr(), lookbackMillis)) {
        reach = Math.max(reach, selector.fromMillis());
      }
    }
    return Optional.of(new Pushable(split, reach));
  }

  /// Whether it asks for the query's own times, for the engine's settings, or for series that no
  /// selector names. What is only wanted of histograms decides how they are read in one piece.
  private static boolean takesOnePiece(Expr expr) {
    return StepDependence.holdsFor(expr)
        || expr.anyMatch(part ->
            (part instanceof Subquery subquery && subquery.step().isEmpty())
                || (part instanceof Call call && takesOnePiece(call.function())));
  }

  private static boolean takesOnePiece(Function function) {
    return switch (function) {
      case INFO, HISTOGRAM_COUNT, HISTOGRAM_SUM, HISTOGRAM_AVG -> true;
      default -> false;
    };
  }

  /// Whether a function says something of all series together, as those do that say how many
  /// buckets had to be made monotonic.
  private static boolean remarksOnAll(Expr expr) {
    return expr instanceof Call call
        && (call.function() == Function.HISTOGRAM_QUANTILE
            || call.function() == Function.HISTOGRAM_FRACTION);
  }
}
