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
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;

/// Finds the selectors of whose histograms a query only wants count and sum: those inside
/// `histogram_count`, `histogram_sum` or `histogram_avg`, with neither an operator of two sides nor
/// a subquery in between.
///
/// Prometheus reads such histograms without their buckets, and looks for counter resets as it reads
/// them, because later nobody could. What shows is a warning where resets conflict in a sum.
final class StatisticsSelectors {
  private final Set<VectorSelector> found = Collections.newSetFromMap(new IdentityHashMap<>());

  private StatisticsSelectors() {}

  /// The selectors of an expression, as the objects that they are.
  static Set<VectorSelector> of(Expr expr) {
    StatisticsSelectors selectors = new StatisticsSelectors();
    selectors.visit(expr, false);
    return selectors.found;
  }

  private void visit(Expr expr, boolean statistics) {
    switch (expr) {
      case NumberLiteral _, StringLiteral _ -> {}
      case VectorSelector selector -> {
        if (statistics) {
          found.add(selector);
        }
      }
      case MatrixSelector matrix -> visit(matrix.selector(), statistics);
      case Subquery subquery -> visit(subquery.inner(), false);
      case Paren(Expr inner, _) -> visit(inner, statistics);
      case Unary(_, Expr operand, _) -> visit(operand, statistics);
      case BinaryOperation operation -> {
        visit(operation.left(), false);
        visit(operation.right(), false);
      }
      case SetOperation operation -> {
        visit(operation.left(), false);
        visit(operation.right(), false);
      }
      case Aggregation aggregation -> {
        visit(aggregation.operand(), statistics);
        aggregation.parameter().ifPresent(parameter -> visit(parameter, statistics));
      }
      case Call call -> {
        boolean inside =
            switch (call.function()) {
              case HISTOGRAM_COUNT, HISTOGRAM_SUM, HISTOGRAM_AVG -> true;
              case HISTOGRAM_QUANTILE,
                  HISTOGRAM_QUANTILES,
                  HISTOGRAM_FRACTION,
                  HISTOGRAM_STDDEV,
                  HISTOGRAM_STDVAR ->
                  false;
              default -> statistics;
            };
        call.arguments().forEach(argument -> visit(argument, inside));
      }
    }
  }
}
