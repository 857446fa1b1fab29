package dev.weir.promql.plan;

import dev.weir.model.Labels;
import dev.weir.model.Matcher;
import dev.weir.model.PartitionKey;
import dev.weir.promql.ast.AggregationOperator;
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
import dev.weir.promql.ast.Grouping;
import dev.weir.promql.ast.SetOperator;
import dev.weir.promql.ast.ValueType;
import dev.weir.promql.ast.VectorMatching;
import dev.weir.promql.ast.VectorMatching.Cardinality;
import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Tells expressions that every partition can evaluate alone: the union of what the partitions
/// compute is what one evaluation over all of them computes.
///
/// A series lies in the partition of its key ([PartitionKey]): `job` and `instance` where it has
/// both, else a hash of its labels without [PartitionKey#NOT_HASHED]. An expression is *placed* if
/// each series of its result is computed in the partition that a series with its labels would lie
/// in. Selectors are, and what needs one series at a time stays so. Series that match each other,
/// or are in one group, share a partition
///
/// - if nothing but those may differ among them: then they have the same key;
/// - or if the matchers say that all have `job` and `instance`, and these may not differ.
final class PartitionLocality {
  private static final List<String> TARGET = List.of("job", "instance");

  /// Of an expression that is placed.
  ///
  /// @param target whether each series of its result has `job` and `instance`
  /// @param distinct whether no two of them have the same labels without the name
  /// @param labels that they can have
  private record Placed(boolean target, boolean distinct, KnownLabels labels) {
    /// Whether no two of them match the same series. Of a match with several series on a side where
    /// there may be one, partitions would not know whether it is an error: it is none where the
    /// other side has nothing in any partition.
    boolean isOneSideOf(VectorMatching matching) {
      return distinct && labels.allMatch(matching);
    }
  }

  private final Predicate<VectorSelector> sharded;

  /// @param sharded whether a selector selects from the partitions
  PartitionLocality(Predicate<VectorSelector> sharded) {
    this.sharded = sharded;
  }

  /// Whether each partition can evaluate the expression alone. It selects something.
  boolean isLeaf(Expr expr) {
    return expr.type() == ValueType.INSTANT_VECTOR && placed(expr) != null;
  }

  /// Whether a leaf needs one series at a time.
  static boolean isOfSeries(Expr leaf) {
    return switch (leaf) {
      case NumberLiteral _, StringLiteral _, VectorSelector _, MatrixSelector _ -> true;
      case Subquery subquery -> isOfSeries(subquery.inner());
      case Paren(Expr inner, _) -> isOfSeries(inner);
      case Unary(_, Expr operand, _) -> isOfSeries(operand);
      case BinaryOperation operation ->
          (isNumber(operation.left()) || isNumber(operation.right()))
              && isOfSeries(operation.left())
              && isOfSeries(operation.right());
      case SetOperation _, Aggregation _ -> false;
      case Call(Function function, List<Expr> arguments, _) ->
          isOfSeries(function) && arguments.stream().allMatch(PartitionLocality::isOfSeries);
    };
  }

  /// Whether partitions can reduce an aggregation each, to something that can be reduced again.
  boolean isReducible(Aggregation aggregation) {
    return placed(aggregation.operand()) != null
        && aggregation.operator() != AggregationOperator.QUANTILE
        && aggregation.parameter().map(PartitionLocality::isTheSameEverywhere).orElse(true);
  }

  private @Nullable Placed placed(Expr expr) {
    return switch (expr) {
      case NumberLiteral _, StringLiteral _ -> null;
      case VectorSelector selector -> placed(selector);
      case MatrixSelector(VectorSelector selector, _, _) -> placed(selector);
      case Subquery subquery ->
          subquery.modifiers().at().isEmpty() ? placed(subquery.inner()) : null;
      case Paren(Expr inner, _) -> placed(inner);
      case Unary(_, Expr operand, _) -> placed(operand);
      case BinaryOperation operation -> placed(operation);
      case SetOperation operation -> placed(operation);
      case Aggregation aggregation -> placed(aggregation);
      case Call call -> placed(call);
    };
  }

  private @Nullable Placed placed(VectorSelector selector) {
    if (selector.modifiers().at().isPresent() || !sharded.test(selector)) {
      return null;
    }
    boolean target = true;
    for (String name : TARGET) {
      target &=
          selector.matchers().stream()
              .anyMatch(matcher -> matcher.name().equals(name) && !matcher.matches(""));
    }
    boolean oneName =
        selector.matchers().stream()
            .anyMatch(matcher ->
                matcher.name().equals(Labels.NAME) && matcher.type() == Matcher.Type.EQUAL);
    return new Placed(target, oneName, KnownLabels.NOTHING);
  }

  private @Nullable Placed placed(BinaryOperation operation) {
    if (isNumber(operation.left())) {
      return isTheSameEverywhere(operation.left()) ? placed(operation.right()) : null;
    }
    if (isNumber(operation.right())) {
      return isTheSameEverywhere(operation.right()) ? placed(operation.left()) : null;
    }
    VectorMatching matching = operation.matching();
    Placed left = placed(operation.left());
    Placed right = placed(operation.right());
    if (left == null || right == null) {
      return null;
    }
    boolean swapped = matching.cardinality() == Cardinality.ONE_TO_MANY;
    Placed many = swapped ? right : left;
    Placed one = swapped ? left : right;
    boolean target = left.target && right.target;
    if (!many.distinct
        || !one.isOneSideOf(matching)
        || !meetInOnePartition(matching.on(), matching.labels(), target)) {
      return null;
    }
    boolean takesOver = !matching.include().isEmpty();
    if (takesOver && (!target || touchesTarget(matching.include()))) {
      return null;
    }
    return new Placed(target, true, resultLabels(matching, many.labels));
  }

  private static KnownLabels resultLabels(VectorMatching matching, KnownLabels many) {
    if (matching.fillLeft().isPresent() || matching.fillRight().isPresent()) {
      return KnownLabels.NOTHING;
    }
    if (matching.cardinality() != Cardinality.ONE_TO_ONE) {
      return many.with(matching.include());
    }
    return matching.on() ? many.keeping(matching.labels()) : many.without(matching.labels());
  }

  private @Nullable Placed placed(SetOperation operation) {
    VectorMatching matching = operation.matching();
    Placed left = placed(operation.left());
    Placed right = placed(operation.right());
    if (left == null || right == null) {
      return null;
    }
    boolean target = left.target && right.target;
    if (!meetInOnePartition(matching.on(), matching.labels(), target)) {
      return null;
    }
    return operation.operator() == SetOperator.OR
        ? new Placed(
            target,
            left.distinct && right.distinct && matching.isPlain(),
            left.labels.or(right.labels))
        : left;
  }

  private @Nullable Placed placed(Aggregation aggregation) {
    Grouping grouping = aggregation.grouping();
    Placed operand = placed(aggregation.operand());
    if (operand == null
        || !aggregation.parameter().map(PartitionLocality::isTheSameEverywhere).orElse(true)
        || !meetInOnePartition(!grouping.without(), grouping.labels(), operand.target)) {
      return null;
    }
    return switch (aggregation.operator()) {
      case BOTTOMK, LIMITK, LIMIT_RATIO, TOPK -> operand;
      case COUNT_VALUES ->
          aggregation.parameter().map(PartitionLocality::withoutParentheses).orElse(null)
                      instanceof StringLiteral(String label, _)
                  && operand.target
                  && !TARGET.contains(label)
              ? new Placed(true, false, KnownLabels.NOTHING)
              : null;
      case AVG, COUNT, GROUP, MAX, MIN, QUANTILE, STDDEV, STDVAR, SUM ->
          new Placed(
              operand.target,
              grouping.without() || !grouping.labels().contains(Labels.NAME),
              grouping.without()
                  ? operand.labels.without(grouping.labels())
                  : operand.labels.keeping(grouping.labels()));
    };
  }

  private @Nullable Placed placed(Call call) {
    Placed operand = null;
    for (Expr argument : call.arguments()) {
      if (isTheSameEverywhere(argument)) {
        continue;
      }
      Placed placed = placed(argument);
      if (placed == null || operand != null) {
        return null;
      }
      operand = placed;
    }
    if (operand == null) {
      return null;
    }
    Function function = call.function();
    if (function == Function.HISTOGRAM_QUANTILE || function == Function.HISTOGRAM_FRACTION) {
      // Buckets of a classic histogram differ in `le` alone.
      return new Placed(operand.target, true, operand.labels.without(List.of(Labels.BUCKET)));
    }
    return isOfSeries(function) ? operand : null;
  }

  /// Whether series that match, or are in one group, lie in one partition.
  ///
  /// @param on whether the labels are those that may not differ, or those that may, as the name
  ///   always may
  /// @param target whether all series have `job` and `instance`
  private static boolean meetInOnePartition(boolean on, List<String> labels, boolean target) {
    if (on) {
      return target && labels.containsAll(TARGET);
    }
    return PartitionKey.NOT_HASHED.containsAll(labels) || (target && !touchesTarget(labels));
  }

  private static boolean touchesTarget(Collection<String> labels) {
    return TARGET.stream().anyMatch(labels::contains);
  }

  private static boolean isNumber(Expr expr) {
    return expr.type() == ValueType.SCALAR;
  }

  /// Whether the expression is a number or a text that no series has to be read for.
  private static boolean isTheSameEverywhere(Expr expr) {
    return (expr.type() == ValueType.SCALAR || expr.type() == ValueType.STRING)
        && SelectorReach.in(expr, 0).isEmpty();
  }

  private static Expr withoutParentheses(Expr expr) {
    return expr instanceof Paren(Expr inner, _) ? withoutParentheses(inner) : expr;
  }

  /// Whether the function maps each series to at most one of its own. Those that bring series
  /// together, order them or make new ones from nothing do not.
  private static boolean isOfSeries(Function function) {
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
}
