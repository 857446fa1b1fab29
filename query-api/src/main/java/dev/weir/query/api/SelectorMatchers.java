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
    if (expr instanceof Expr.VectorSelector selector) {
      found.add(selector.matchers());
    }
    expr.parts().forEach(this::visit);
  }
}
