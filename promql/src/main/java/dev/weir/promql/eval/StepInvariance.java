package dev.weir.promql.eval;

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

/// Finds expressions that have the same value at every step, because all that they select is fixed
/// by `@`. They are evaluated once.
final class StepInvariance {
  private StepInvariance() {}

  static boolean holdsFor(Expr expr) {
    return switch (expr) {
      case NumberLiteral _, StringLiteral _ -> true;
      case VectorSelector selector -> selector.modifiers().at().isPresent();
      case MatrixSelector(VectorSelector selector, _, _) -> selector.modifiers().at().isPresent();
      case Subquery subquery -> subquery.modifiers().at().isPresent();
      case Paren _, Unary _, BinaryOperation _, SetOperation _, Aggregation _ -> partsHold(expr);
      case Call call -> !usesTheTime(call.function()) && partsHold(expr);
    };
  }

  private static boolean partsHold(Expr expr) {
    return expr.parts().stream().allMatch(StepInvariance::holdsFor);
  }

  private static boolean usesTheTime(Function function) {
    return switch (function) {
      case DAYS_IN_MONTH,
          DAY_OF_MONTH,
          DAY_OF_WEEK,
          DAY_OF_YEAR,
          HOUR,
          MINUTE,
          MONTH,
          YEAR,
          PREDICT_LINEAR,
          TIME,
          TIMESTAMP,
          START_TIMESTAMP ->
          true;
      default -> false;
    };
  }
}
