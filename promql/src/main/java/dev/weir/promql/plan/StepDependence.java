package dev.weir.promql.plan;

import dev.weir.promql.ast.AtModifier;
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
import dev.weir.promql.ast.TimeModifiers;

/// Finds expressions whose value at a time depends on the query's own times: on its start, its end
/// or its step. All others have the same value at a time, whichever times are asked for together.
public final class StepDependence {
  private StepDependence() {}

  public static boolean holdsFor(Expr expr) {
    return expr.anyMatch(StepDependence::holdsForItself);
  }

  /// Whether it does apart from what it is made of.
  private static boolean holdsForItself(Expr expr) {
    return switch (expr) {
      case VectorSelector selector -> holdsFor(selector.modifiers());
      case MatrixSelector(_, DurationExpr range, _) -> holdsFor(range);
      case Subquery subquery ->
          holdsFor(subquery.range())
              || subquery.step().map(StepDependence::holdsFor).orElse(false)
              || holdsFor(subquery.modifiers());
      case Call(Function function, _, _) -> holdsFor(function);
      case NumberLiteral _,
          StringLiteral _,
          Unary _,
          BinaryOperation _,
          SetOperation _,
          Aggregation _,
          Paren _ ->
          false;
    };
  }

  private static boolean holdsFor(Function function) {
    return switch (function) {
      case START, END, STEP, RANGE -> true;
      default -> false;
    };
  }

  private static boolean holdsFor(TimeModifiers modifiers) {
    return modifiers.at().map(StepDependence::holdsFor).orElse(false)
        || modifiers.offset().map(StepDependence::holdsFor).orElse(false);
  }

  private static boolean holdsFor(AtModifier at) {
    return switch (at) {
      case AtModifier.Timestamp _ -> false;
      case AtModifier.Start _, AtModifier.End _ -> true;
    };
  }

  private static boolean holdsFor(DurationExpr duration) {
    return switch (duration) {
      case DurationExpr.Literal _ -> false;
      case DurationExpr.Step _, DurationExpr.Range _ -> true;
      case DurationExpr.Unary(_, DurationExpr operand, _) -> holdsFor(operand);
      case DurationExpr.Paren(DurationExpr inner, _) -> holdsFor(inner);
      case DurationExpr.Binary(_, DurationExpr left, DurationExpr right, _) ->
          holdsFor(left) || holdsFor(right);
    };
  }
}
