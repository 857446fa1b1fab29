package dev.weir.promql.eval.standing;

import dev.weir.model.WeirException;
import dev.weir.promql.ast.BinaryOperator;
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
import dev.weir.promql.ast.QueryTimes;
import dev.weir.promql.ast.RangeEdges;
import dev.weir.promql.ast.UnaryOperator;
import dev.weir.promql.ast.ValueType;
import dev.weir.promql.eval.binary.BinaryOperations;
import dev.weir.promql.eval.function.FloatFunctions;
import dev.weir.promql.eval.function.FloatFunctions.ColumnFunction;
import dev.weir.promql.eval.range.Extrapolation;
import dev.weir.promql.eval.standing.SlidingSample.Kind;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Makes nodes of expressions that can stand: selectors, functions of plain ranges, and what
/// changes one vector value by value.
///
/// @param lookbackMillis how far before an evaluation the latest sample still counts
/// @param origin makes nodes of selectors
record StandingNodes(long lookbackMillis, Origin origin) {
  private static final QueryTimes INSTANT = QueryTimes.instant(0);

  /// Where vectors come from.
  interface Origin {
    /// A node of a selector without `@`, whose edges are plain.
    ///
    /// @param lengthMillis of the range; of a selector without one, the lookback
    /// @param function of a range; null if the latest sample is asked for
    Optional<StandingNode> of(
        VectorSelector selector,
        long lengthMillis,
        long offsetMillis,
        @Nullable Function<StandingColumn, SlidingRange> function);
  }

  Optional<StandingNode> of(Expr expr) {
    return switch (expr) {
      case Paren(Expr inner, _) -> of(inner);
      case VectorSelector selector when isPlain(selector) ->
          origin.of(selector, lookbackMillis, offset(selector), null);
      case Unary(UnaryOperator operator, Expr operand, _) ->
          operator == UnaryOperator.MINUS
              ? of(operand).map(node -> new ChangedNode(node, FloatFunctions::negate, true))
              : of(operand);
      case BinaryOperation operation -> withNumber(operation);
      case Call call -> call(call);
      case NumberLiteral _,
          StringLiteral _,
          VectorSelector _,
          MatrixSelector _,
          Subquery _,
          SetOperation _,
          Aggregation _ ->
          Optional.empty();
    };
  }

  private static boolean isPlain(VectorSelector selector) {
    return selector.edges() == RangeEdges.PLAIN && selector.modifiers().at().isEmpty();
  }

  private static long offset(VectorSelector selector) {
    return selector.modifiers().offset().map(length -> length.offsetMillis(INSTANT)).orElse(0L);
  }

  private Optional<StandingNode> withNumber(BinaryOperation operation) {
    if (operation.type() != ValueType.INSTANT_VECTOR || operation.operator().isTrim()) {
      return Optional.empty();
    }
    OptionalDouble left = number(operation.left());
    OptionalDouble right = number(operation.right());
    if (left.isEmpty() == right.isEmpty()) {
      return Optional.empty();
    }
    boolean numberIsLeft = left.isPresent();
    BinaryOperator operator = operation.operator();
    ColumnFunction change =
        BinaryOperations.withNumber(
            operation, numberIsLeft ? left.getAsDouble() : right.getAsDouble(), numberIsLeft);
    return of(numberIsLeft ? operation.right() : operation.left())
        .map(node ->
            new ChangedNode(node, change, !operator.isComparison() || operation.returnBool()));
  }

  /// The value of an expression of numbers alone.
  private static OptionalDouble number(Expr expr) {
    return switch (expr) {
      case NumberLiteral(double value, _, _) -> OptionalDouble.of(value);
      case Paren(Expr inner, _) -> number(inner);
      case Unary(UnaryOperator operator, Expr operand, _) -> {
        OptionalDouble of = number(operand);
        yield of.isPresent() && operator == UnaryOperator.MINUS
            ? OptionalDouble.of(-of.getAsDouble())
            : of;
      }
      case BinaryOperation operation -> {
        OptionalDouble left = number(operation.left());
        OptionalDouble right = number(operation.right());
        yield left.isPresent() && right.isPresent()
            ? OptionalDouble.of(
                BinaryOperations.scalars(
                    operation.operator(),
                    new double[] {left.getAsDouble()},
                    new double[] {right.getAsDouble()})[0])
            : OptionalDouble.empty();
      }
      case StringLiteral _,
          VectorSelector _,
          MatrixSelector _,
          Subquery _,
          SetOperation _,
          Aggregation _,
          Call _ ->
          OptionalDouble.empty();
    };
  }

  private Optional<StandingNode> call(Call call) {
    return switch (call.function()) {
      case ABS -> each(call, FloatFunctions::abs);
      case CEIL -> each(call, FloatFunctions::ceil);
      case FLOOR -> each(call, FloatFunctions::floor);
      case SQRT -> each(call, FloatFunctions::sqrt);
      case EXP -> each(call, FloatFunctions.each(Math::exp));
      case LN -> each(call, FloatFunctions.each(Math::log));
      case RATE -> rate(call, true, true);
      case INCREASE -> rate(call, true, false);
      case DELTA -> rate(call, false, false);
      case IRATE -> sample(call, Kind.IRATE);
      case IDELTA -> sample(call, Kind.IDELTA);
      case COUNT_OVER_TIME -> sample(call, Kind.COUNT);
      case PRESENT_OVER_TIME -> sample(call, Kind.PRESENT);
      case FIRST_OVER_TIME -> range(call, column -> new SlidingSample(column, Kind.FIRST), false);
      case LAST_OVER_TIME -> range(call, column -> new SlidingSample(column, Kind.LAST), false);
      case TS_OF_FIRST_OVER_TIME -> sample(call, Kind.TIME_OF_FIRST);
      case TS_OF_LAST_OVER_TIME -> sample(call, Kind.TIME_OF_LAST);
      case CHANGES -> range(call, column -> new SlidingTransitions(column, false), true);
      case RESETS -> range(call, column -> new SlidingTransitions(column, true), true);
      case MAX_OVER_TIME -> extreme(call, true, false);
      case MIN_OVER_TIME -> extreme(call, false, false);
      case TS_OF_MAX_OVER_TIME -> extreme(call, true, true);
      case TS_OF_MIN_OVER_TIME -> extreme(call, false, true);
      case SUM_OVER_TIME -> sum(call, false);
      case AVG_OVER_TIME -> sum(call, true);
      default -> Optional.empty();
    };
  }

  private Optional<StandingNode> each(Call call, ColumnFunction change) {
    return of(call.arguments().getFirst()).map(node -> new ChangedNode(node, change, true));
  }

  private Optional<StandingNode> rate(Call call, boolean counter, boolean perSecond) {
    return rangeMillis(call)
        .flatMap(length -> {
          Extrapolation extrapolation = new Extrapolation(counter, perSecond, length);
          return range(call, column -> new SlidingRate(column, extrapolation), true);
        });
  }

  private Optional<StandingNode> sum(Call call, boolean average) {
    ScannedSum.Scratch scratch = new ScannedSum.Scratch();
    return range(call, column -> new ScannedSum(column, average, scratch), true);
  }

  private Optional<StandingNode> sample(Call call, Kind kind) {
    return range(call, column -> new SlidingSample(column, kind), true);
  }

  private Optional<StandingNode> extreme(Call call, boolean maximum, boolean time) {
    return range(call, column -> new SlidingExtreme(column, maximum, time), true);
  }

  private Optional<StandingNode> range(
      Call call, Function<StandingColumn, SlidingRange> function, boolean dropsName) {
    return selected(call)
        .flatMap(matrix ->
            rangeMillis(call)
                .flatMap(length ->
                    origin.of(matrix.selector(), length, offset(matrix.selector()), function)))
        .map(node -> dropsName ? new ChangedNode(node, _ -> {}, true) : node);
  }

  private static Optional<MatrixSelector> selected(Call call) {
    Expr argument = call.arguments().getFirst();
    while (argument instanceof Paren(Expr inner, _)) {
      argument = inner;
    }
    return argument instanceof MatrixSelector matrix && isPlain(matrix.selector())
        ? Optional.of(matrix)
        : Optional.empty();
  }

  private static Optional<Long> rangeMillis(Call call) {
    return selected(call).flatMap(matrix -> length(matrix.range()));
  }

  /// How long a range is; empty if that is an error, which the engine tells.
  private static Optional<Long> length(DurationExpr range) {
    try {
      return Optional.of(range.rangeMillis(INSTANT));
    } catch (WeirException.BadData _) {
      return Optional.empty();
    }
  }
}
