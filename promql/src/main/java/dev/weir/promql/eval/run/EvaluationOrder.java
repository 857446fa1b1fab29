package dev.weir.promql.eval.run;

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
import dev.weir.promql.ast.SourceSpan;
import java.util.HashMap;
import java.util.Map;

/// When Prometheus evaluates the nodes of a tree: operands from left to right, parameters first,
/// then what they are operands of. A span stands for the call or aggregation that remarks on it:
/// that of which it is an argument.
final class EvaluationOrder {
  private final Map<SourceSpan, Integer> ranks = new HashMap<>();
  private int next;

  private EvaluationOrder() {}

  static EvaluationOrder of(Expr expr) {
    EvaluationOrder order = new EvaluationOrder();
    order.visit(expr);
    return order;
  }

  /// Later spans have higher ranks.
  int rank(SourceSpan span) {
    return ranks.getOrDefault(span, next);
  }

  private void visit(Expr expr) {
    switch (expr) {
      case NumberLiteral _, StringLiteral _, VectorSelector _, MatrixSelector _ -> {}
      case Paren(Expr inner, _) -> visit(inner);
      case Unary(_, Expr operand, _) -> visit(operand);
      case Subquery subquery -> visit(subquery.inner());
      case BinaryOperation operation -> {
        visit(operation.left());
        visit(operation.right());
      }
      case SetOperation operation -> {
        visit(operation.left());
        visit(operation.right());
      }
      case Aggregation aggregation -> {
        aggregation.parameter().ifPresent(this::visit);
        visit(aggregation.operand());
        remarksOn(aggregation.operand());
        aggregation.parameter().ifPresent(this::remarksOn);
      }
      case Call call -> {
        call.arguments().forEach(this::visit);
        call.arguments().forEach(this::remarksOn);
      }
    }
    ranks.put(expr.span(), next++);
  }

  /// Also without the parentheses around it.
  private void remarksOn(Expr argument) {
    ranks.put(argument.span(), next);
    if (argument instanceof Paren(Expr inner, _)) {
      remarksOn(inner);
    }
  }
}
