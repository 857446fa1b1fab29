package dev.weir.query.push;

import dev.weir.promql.ast.DurationExpr;
import dev.weir.promql.ast.Expr;
import dev.weir.promql.ast.Expr.Aggregation;
import dev.weir.promql.ast.Expr.BinaryOperation;
import dev.weir.promql.ast.Expr.Call;
import dev.weir.promql.ast.Expr.MatrixSelector;
import dev.weir.promql.ast.Expr.NumberLiteral;
import dev.weir.promql.ast.Expr.Paren;
import dev.weir.promql.ast.Expr.SetOperation;
import dev.weir.promql.ast.Expr.StringLiteral;
import dev.weir.promql.ast.Expr.Subquery;
import dev.weir.promql.ast.Expr.Unary;
import dev.weir.promql.ast.Expr.VectorSelector;
import dev.weir.promql.ast.Function;
import dev.weir.promql.ast.ValueType;
import dev.weir.promql.plan.Leaf;
import dev.weir.promql.plan.SelectorReach;
import dev.weir.promql.plan.SplitExpr;
import java.util.Optional;

/// A query that is split, and gives the same in two stages: at any steps, on any shards, with the
/// same annotations.
///
/// @param reachMillis how long before a step the earliest sample that matters may lie
record Pushable(SplitExpr split, long reachMillis) {

  /// Splits a query. Empty if it has to be evaluated in one piece, or if nothing is saved: if
  /// shards would only give instant vectors of all the series that they have.
  static Optional<Pushable> of(Expr expr, long lookbackMillis) {
    if (expr.type() != ValueType.INSTANT_VECTOR || !isTheSameAtAnySteps(expr)) {
      return Optional.empty();
    }
    SplitExpr split = SplitExpr.of(expr, 0, _ -> true);
    boolean saves = split.leaves().stream().anyMatch(leaf -> leaf.kind() != Leaf.Kind.SERIES);
    if (!saves
        || !split.unsplit(_ -> true).isEmpty()
        || !split.leaves().stream().allMatch(leaf -> remarksAddUp(leaf.expr()))) {
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

  /// Whether no part asks for the query's own times, for the engine's settings, or for series that
  /// no selector names. What is only wanted of histograms decides how they are read in one piece.
  private static boolean isTheSameAtAnySteps(Expr expr) {
    return switch (expr) {
      case NumberLiteral _, StringLiteral _ -> true;
      case VectorSelector selector -> isTheSameAtAnySteps(selector);
      case MatrixSelector(VectorSelector selector, DurationExpr range, _) ->
          isTheSameAtAnySteps(selector) && isFixed(range);
      case Subquery subquery ->
          subquery.step().isPresent()
              && isFixed(subquery.step().get())
              && isFixed(subquery.range())
              && subquery.modifiers().offset().map(Pushable::isFixed).orElse(true)
              && isTheSameAtAnySteps(subquery.inner());
      case Paren(Expr inner, _) -> isTheSameAtAnySteps(inner);
      case Unary(_, Expr operand, _) -> isTheSameAtAnySteps(operand);
      case BinaryOperation operation ->
          isTheSameAtAnySteps(operation.left()) && isTheSameAtAnySteps(operation.right());
      case SetOperation operation ->
          isTheSameAtAnySteps(operation.left()) && isTheSameAtAnySteps(operation.right());
      case Aggregation aggregation ->
          aggregation.parameter().map(Pushable::isTheSameAtAnySteps).orElse(true)
              && isTheSameAtAnySteps(aggregation.operand());
      case Call(Function function, var arguments, _) ->
          isTheSameAtAnySteps(function)
              && arguments.stream().allMatch(Pushable::isTheSameAtAnySteps);
    };
  }

  private static boolean isTheSameAtAnySteps(VectorSelector selector) {
    return selector.modifiers().offset().map(Pushable::isFixed).orElse(true);
  }

  private static boolean isTheSameAtAnySteps(Function function) {
    return switch (function) {
      case START, END, STEP, RANGE, INFO, HISTOGRAM_COUNT, HISTOGRAM_SUM, HISTOGRAM_AVG -> false;
      default -> true;
    };
  }

  private static boolean isFixed(DurationExpr duration) {
    return switch (duration) {
      case DurationExpr.Literal _ -> true;
      case DurationExpr.Step _, DurationExpr.Range _ -> false;
      case DurationExpr.Unary(_, DurationExpr operand, _) -> isFixed(operand);
      case DurationExpr.Paren(DurationExpr inner, _) -> isFixed(inner);
      case DurationExpr.Binary(_, DurationExpr left, DurationExpr right, _) ->
          isFixed(left) && isFixed(right);
    };
  }

  /// Whether no function of a leaf says something of all series together, as those do that say how
  /// many buckets had to be made monotonic.
  private static boolean remarksAddUp(Expr leaf) {
    return switch (leaf) {
      case NumberLiteral _, StringLiteral _, VectorSelector _, MatrixSelector _ -> true;
      case Subquery subquery -> remarksAddUp(subquery.inner());
      case Paren(Expr inner, _) -> remarksAddUp(inner);
      case Unary(_, Expr operand, _) -> remarksAddUp(operand);
      case BinaryOperation operation ->
          remarksAddUp(operation.left()) && remarksAddUp(operation.right());
      case SetOperation operation ->
          remarksAddUp(operation.left()) && remarksAddUp(operation.right());
      case Aggregation aggregation -> remarksAddUp(aggregation.operand());
      case Call(Function function, var arguments, _) ->
          function != Function.HISTOGRAM_QUANTILE
              && function != Function.HISTOGRAM_FRACTION
              && arguments.stream().allMatch(Pushable::remarksAddUp);
    };
  }
}
