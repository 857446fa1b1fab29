package dev.weir.promql.plan;

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
import java.util.List;
import java.util.function.Predicate;

/// Tells expressions whose result for a series depends on that series alone: the union of what
/// shards of the series compute is what one evaluation over all of them computes.
final class SeriesLocality {
  private final Predicate<VectorSelector> sharded;

  /// @param sharded whether a selector selects from the shards
  SeriesLocality(Predicate<VectorSelector> sharded) {
    this.sharded = sharded;
  }

  /// Whether the expression selects something and needs one series at a time.
  boolean isLeaf(Expr expr) {
    return expr.type() == ValueType.INSTANT_VECTOR && isLocal(expr) && selects(expr);
  }

  private boolean isLocal(Expr expr) {
    return switch (expr) {
      case NumberLiteral _, StringLiteral _ -> true;
      case VectorSelector selector -> isLocal(selector);
      case MatrixSelector(VectorSelector selector, _, _) -> isLocal(selector);
      case Subquery subquery ->
          subquery.modifiers().at().isEmpty() && isLocal(subquery.inner()) && selects(subquery);
      case Paren(Expr inner, _) -> isLocal(inner);
      case Unary(_, Expr operand, _) -> isLocal(operand);
      case BinaryOperation operation ->
          (isNumber(operation.left()) || isNumber(operation.right()))
              && isLocal(operation.left())
              && isLocal(operation.right());
      case SetOperation _, Aggregation _ -> false;
      case Call(Function function, List<Expr> arguments, _) ->
          isLocal(function) && arguments.stream().allMatch(this::isLocal);
    };
  }

  private boolean isLocal(VectorSelector selector) {
    return selector.modifiers().at().isEmpty() && sharded.test(selector);
  }

  private static boolean isNumber(Expr expr) {
    return expr.type() == ValueType.SCALAR;
  }

  /// Whether the function maps each series to at most one of its own. Those that bring series
  /// together, order them or make new ones from nothing do not.
  private static boolean isLocal(Function function) {
    return switch (function) {
      case ABSENT,
          ABSENT_OVER_TIME,
          HISTOGRAM_FRACTION,
          HISTOGRAM_QUANTILE,
          HISTOGRAM_QUANTILES,
          INFO,
          LABEL_JOIN,
          LABEL_REPLACE,
          SCALAR,
          SORT,
          SORT_BY_LABEL,
          SORT_BY_LABEL_DESC,
          SORT_DESC,
          VECTOR ->
          false;
      case ABS,
          ACOS,
          ACOSH,
          ASIN,
          ASINH,
          ATAN,
          ATANH,
          AVG_OVER_TIME,
          CEIL,
          CHANGES,
          CLAMP,
          CLAMP_MAX,
          CLAMP_MIN,
          COS,
          COSH,
          COUNT_OVER_TIME,
          DAY_OF_MONTH,
          DAY_OF_WEEK,
          DAY_OF_YEAR,
          DAYS_IN_MONTH,
          DEG,
          DELTA,
          DERIV,
          DOUBLE_EXPONENTIAL_SMOOTHING,
          END,
          EXP,
          FIRST_OVER_TIME,
          FLOOR,
          HISTOGRAM_AVG,
          HISTOGRAM_COUNT,
          HISTOGRAM_STDDEV,
          HISTOGRAM_STDVAR,
          HISTOGRAM_SUM,
          HOUR,
          IDELTA,
          INCREASE,
          IRATE,
          LAST_OVER_TIME,
          LN,
          LOG10,
          LOG2,
          MAD_OVER_TIME,
          MAX_OF,
          MAX_OVER_TIME,
          MIN_OF,
          MIN_OVER_TIME,
          MINUTE,
          MONTH,
          PI,
          PREDICT_LINEAR,
          PRESENT_OVER_TIME,
          QUANTILE_OVER_TIME,
          RAD,
          RANGE,
          RATE,
          RESETS,
          ROUND,
          SGN,
          SIN,
          SINH,
          SQRT,
          START,
          START_TIMESTAMP,
          STDDEV_OVER_TIME,
          STDVAR_OVER_TIME,
          STEP,
          SUM_OVER_TIME,
          TAN,
          TANH,
          TIME,
          TIMESTAMP,
          TS_OF_FIRST_OVER_TIME,
          TS_OF_LAST_OVER_TIME,
          TS_OF_MAX_OVER_TIME,
          TS_OF_MIN_OVER_TIME,
          YEAR ->
          true;
    };
  }

  private static boolean selects(Expr expr) {
    return !SelectorReach.in(expr, 0).isEmpty();
  }
}
