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
import dev.weir.promql.printer.PromqlPrinter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Finds selectors that stand more than once in a query and want the same samples: with the same
/// range and offset, and in subqueries with the same times, if in any.
final class RepeatedSelectors {
  private final Map<String, List<VectorSelector>> selectors = new HashMap<>();

  private RepeatedSelectors() {}

  /// Those selectors, as the objects that they are.
  static Set<VectorSelector> of(Expr expr) {
    RepeatedSelectors found = new RepeatedSelectors();
    found.visit(expr, "");
    Set<VectorSelector> repeated = Collections.newSetFromMap(new IdentityHashMap<>());
    for (List<VectorSelector> alike : found.selectors.values()) {
      if (alike.size() > 1) {
        repeated.addAll(alike);
      }
    }
    return repeated;
  }

  /// @param around the subqueries around an expression, from the outermost
  private void visit(Expr expr, String around) {
    switch (expr) {
      case VectorSelector selector -> count(selector, selector, around);
      case MatrixSelector matrix -> count(matrix, matrix.selector(), around);
      case Subquery subquery -> visit(subquery.inner(), around + timesOf(subquery));
      case NumberLiteral _,
          StringLiteral _,
          Paren _,
          Unary _,
          BinaryOperation _,
          SetOperation _,
          Aggregation _,
          Call _ ->
          expr.parts().forEach(part -> visit(part, around));
    }
  }

  private static String timesOf(Subquery subquery) {
    return "[%s:%s %s]".formatted(subquery.range(), subquery.step(), subquery.modifiers());
  }

  private void count(Expr printed, VectorSelector selector, String around) {
    selectors
        .computeIfAbsent(around + PromqlPrinter.print(printed), _ -> new ArrayList<>(1))
        .add(selector);
  }
}
