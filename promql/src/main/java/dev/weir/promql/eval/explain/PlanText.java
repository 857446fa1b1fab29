package dev.weir.promql.eval.explain;

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
import dev.weir.promql.ast.ValueType;

/// Says in a few words how a part of an expression is evaluated.
final class PlanText {
  private PlanText() {}

  static String action(Expr expr) {
    return switch (expr) {
      case NumberLiteral _, StringLiteral _ -> "constant";
      case VectorSelector _ -> "latest samples";
      case MatrixSelector _ -> "samples of a range";
      case Subquery _ -> "values of a range";
      case Paren(Expr inner, _) -> action(inner);
      case Unary _ -> "value by value";
      case BinaryOperation(_, Expr left, Expr right, _, _, _) -> binary(left, right);
      case SetOperation _ -> "both sides held, matched by labels";
      case Aggregation aggregation ->
          switch (aggregation.operator()) {
            case SUM, AVG, MIN, MAX, COUNT, GROUP, STDDEV, STDVAR ->
                "added up block by block, groups held";
            case QUANTILE, COUNT_VALUES, TOPK, BOTTOMK, LIMITK, LIMIT_RATIO ->
                "chosen or counted block by block";
          };
      case Call call -> call(call);
    };
  }

  private static String binary(Expr left, Expr right) {
    boolean leftIsScalar = left.type() == ValueType.SCALAR;
    boolean rightIsScalar = right.type() == ValueType.SCALAR;
    if (leftIsScalar && rightIsScalar) {
      return "number by number";
    }
    return leftIsScalar || rightIsScalar
        ? "value by value, with a number"
        : "both sides held, matched by labels";
  }

  private static String call(Call call) {
    for (Expr argument : call.arguments()) {
      Expr bare = argument;
      while (bare instanceof Paren(Expr inner, _)) {
        bare = inner;
      }
      if (bare instanceof MatrixSelector) {
        return "windows of groups, one after another";
      }
      if (bare instanceof Subquery) {
        return "windows of a subquery";
      }
    }
    return call.type() == ValueType.SCALAR ? "number by number" : "function of a vector";
  }
}
