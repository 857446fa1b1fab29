package dev.weir.query.api;

import dev.weir.model.Matcher;
import dev.weir.promql.ast.Expr;
import java.util.ArrayList;
import java.util.List;

/// What an expression selects: the matchers of each of its selectors.
final class SelectorMatchers {
  private final List<List<Matcher>> found = new ArrayList<>();

  private SelectorMatchers() {}

  /// In the order in which they stand in the expression.
  static List<List<Matcher>> of(Expr expr) {
    SelectorMatchers matchers = new SelectorMatchers();
    matchers.visit(expr);
    return matchers.found;
  }

  private void visit(Expr expr) {
    switch (expr) {
      case Expr.NumberLiteral _, Expr.StringLiteral _ -> {}
      case Expr.VectorSelector selector -> found.add(selector.matchers());
      case Expr.MatrixSelector matrix -> visit(matrix.selector());
      case Expr.Subquery subquery -> visit(subquery.inner());
      case Expr.Paren(Expr inner, _) -> visit(inner);
      case Expr.Unary(_, Expr operand, _) -> visit(operand);
      case Expr.BinaryOperation operation -> {
        visit(operation.left());
        visit(operation.right());
      }
      case Expr.SetOperation operation -> {
        visit(operation.left());
        visit(operation.right());
      }
      case Expr.Aggregation aggregation -> {
        visit(aggregation.operand());
        aggregation.parameter().ifPresent(this::visit);
      }
      case Expr.Call call -> call.arguments().forEach(this::visit);
    }
  }
}
