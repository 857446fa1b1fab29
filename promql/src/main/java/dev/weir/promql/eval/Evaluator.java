package dev.weir.promql.eval;

import dev.weir.model.NativeHistogram;
import dev.weir.model.WeirException;
import dev.weir.model.histogram.HistogramSum;
import dev.weir.promql.ast.BinaryOperator;
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
import dev.weir.promql.ast.UnaryOperator;
import dev.weir.promql.ast.ValueType;
import dev.weir.promql.eval.aggregate.Aggregations;
import dev.weir.promql.eval.binary.BinaryOperations;
import dev.weir.promql.eval.binary.SetOperations;
import dev.weir.promql.eval.binary.VectorMatcher;
import dev.weir.promql.eval.explain.PlanRecorder;
import dev.weir.promql.eval.function.FloatFunctions;
import dev.weir.promql.eval.run.QueryRun;
import dev.weir.promql.eval.select.InstantSelector.Output;
import dev.weir.promql.eval.vector.DistinctStream;
import dev.weir.promql.eval.vector.MetricNames;
import dev.weir.promql.eval.vector.Steps;
import dev.weir.promql.eval.vector.VectorBlock;
import dev.weir.promql.eval.vector.VectorSeries;
import dev.weir.promql.eval.vector.VectorStream;
import dev.weir.promql.eval.vector.VectorStream.Traits;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Evaluates the nodes of an expression: here is decided what is evaluated at which steps, the
/// packages below do it. Vectors are streams, which are read when somebody needs them.
final class Evaluator {
  private final QueryRun run;
  private final PlanRecorder recorder;
  private final Selectors selectors;
  private final Calls calls;

  /// @param root the whole expression
  /// @param recorder notes how it is evaluated
  Evaluator(QueryRun run, Expr root, PlanRecorder recorder) {
    this.run = run;
    this.recorder = recorder;
    this.selectors =
        new Selectors(run, StatisticsSelectors.of(root), RepeatedSelectors.of(root), recorder);
    this.calls = new Calls(run, this, selectors);
  }

  Selectors selectors() {
    return selectors;
  }

  /// The value of a scalar at each step. The array belongs to the caller.
  double[] scalar(Expr expr, Steps steps) {
    run.checkpoint();
    return recorder.scalar(expr, steps, () -> evaluatedScalar(expr, steps));
  }

  private double[] evaluatedScalar(Expr expr, Steps steps) {
    return switch (expr) {
      case NumberLiteral(double value, _, _) -> constant(value, steps);
      case Paren(Expr inner, _) -> scalar(inner, steps);
      case Unary(UnaryOperator operator, Expr operand, _) -> {
        double[] values = scalar(operand, steps);
        if (operator == UnaryOperator.MINUS) {
          FloatFunctions.negate(values);
        }
        yield values;
      }
      case BinaryOperation(BinaryOperator operator, Expr left, Expr right, _, _, _) ->
          BinaryOperations.scalars(operator, scalar(left, steps), scalar(right, steps));
      case Call call ->
          !steps.isSingle() && StepInvariance.holdsFor(call)
              ? constant(once(steps, () -> calls.scalar(call, steps.first()))[0], steps)
              : calls.scalar(call, steps);
      case StringLiteral _,
          VectorSelector _,
          MatrixSelector _,
          Subquery _,
          SetOperation _,
          Aggregation _ ->
          throw wrongType(expr, ValueType.SCALAR);
    };
  }

  static double[] constant(double value, Steps steps) {
    double[] values = new double[steps.count()];
    Arrays.fill(values, value);
    return values;
  }

  private static WeirException.Internal wrongType(Expr expr, ValueType expected) {
    return new WeirException.Internal(
        "expression of type %s stands where %s is expected"
            .formatted(expr.type().documentedName(), expected.documentedName()));
  }

  /// The value of an instant vector at each step.
  VectorStream vector(Expr expr, Steps steps, Surroundings surroundings) {
    run.checkpoint();
    return recorder.vector(expr, steps, () -> evaluated(expr, steps, surroundings));
  }

  private VectorStream evaluated(Expr expr, Steps steps, Surroundings surroundings) {
    if (!steps.isSingle() && StepInvariance.holdsFor(expr)) {
      return repeated(once(steps, () -> vector(expr, steps.first(), surroundings)), steps.count());
    }
    return switch (expr) {
      case VectorSelector selector ->
          selectors.instant(selector, steps, Output.VALUE, surroundings);
      case Paren(Expr inner, _) -> vector(inner, steps, surroundings);
      case Unary(UnaryOperator operator, Expr operand, _) ->
          switch (operator) {
            case PLUS -> vector(operand, steps, surroundings);
            case MINUS -> negated(vector(operand, steps, surroundings));
          };
      case BinaryOperation operation -> binary(operation, steps);
      case SetOperation operation -> set(operation, steps);
      case Aggregation aggregation -> aggregation(aggregation, steps);
      case Call call -> calls.vector(call, steps);
      case NumberLiteral _, StringLiteral _, MatrixSelector _, Subquery _ ->
          throw wrongType(expr, ValueType.INSTANT_VECTOR);
    };
  }

  /// Builds what is the same at all steps, for one.
  private <T> T once(Steps steps, Supplier<T> build) {
    return selectors.counting(selectors.tally().repeated(steps.count()), build);
  }

  /// One step's samples at all steps.
  private VectorStream repeated(VectorStream single, int steps) {
    return single.map(block -> {
      List<VectorSeries> repeated = new ArrayList<>(block.series().size());
      for (VectorSeries series : block.series()) {
        double[] values = new double[steps];
        Arrays.fill(values, series.values()[0]);
        var histograms = series.histograms();
        if (histograms != null) {
          var same = Arrays.copyOf(histograms, steps);
          Arrays.fill(same, histograms[0]);
          histograms = same;
        }
        repeated.add(new VectorSeries(series.labels(), series.dropName(), values, histograms));
      }
      block.release(run.budget());
      return VectorBlock.reserve(run.budget(), repeated);
    });
  }

  private VectorStream negated(VectorStream operand) {
    VectorStream negated =
        operand.mapSeries(series -> {
          FloatFunctions.negate(series.values());
          @Nullable NativeHistogram[] histograms = series.histograms();
          if (histograms != null) {
            negate(histograms);
          }
          return MetricNames.dropName(series, run.delayedNameRemoval());
        });
    return withoutNames(negated, DistinctStream.Rule.NEVER_MEET);
  }

  private static void negate(@Nullable NativeHistogram[] histograms) {
    for (int step = 0; step < histograms.length; step++) {
      NativeHistogram histogram = histograms[step];
      if (histogram != null) {
        histograms[step] = HistogramSum.product(histogram, -1);
      }
    }
  }

  /// A stream whose series have lost their names, which may have made some equal.
  VectorStream withoutNames(VectorStream stream, DistinctStream.Rule rule) {
    boolean alreadyDistinct =
        run.delayedNameRemoval()
            || (stream.traits().oneName() && !run.settings().typeAndUnitLabels());
    return alreadyDistinct ? stream : new DistinctStream(stream, rule);
  }

  private VectorStream binary(BinaryOperation node, Steps steps) {
    boolean leftIsScalar = node.left().type() == ValueType.SCALAR;
    boolean rightIsScalar = node.right().type() == ValueType.SCALAR;
    if (!leftIsScalar && !rightIsScalar) {
      VectorBlock left = vector(node.left(), steps, Surroundings.NONE).whole().collect();
      VectorBlock right = vector(node.right(), steps, Surroundings.NONE).whole().collect();
      return VectorStream.of(
          new VectorMatcher(run, node, steps.count()).apply(left, right), Traits.NONE);
    }
    double[] scalar = scalar(leftIsScalar ? node.left() : node.right(), steps);
    VectorStream vector =
        vector(leftIsScalar ? node.right() : node.left(), steps, Surroundings.NONE);
    VectorStream result = BinaryOperations.withScalar(run, node, vector, scalar, leftIsScalar);
    return node.operator().isComparison() && !node.returnBool()
        ? result
        : withoutNames(result, DistinctStream.Rule.NEVER_MEET);
  }

  private VectorStream set(SetOperation node, Steps steps) {
    VectorStream left = vector(node.left(), steps, Surroundings.NONE);
    VectorStream right = vector(node.right(), steps, Surroundings.NONE);
    Traits traits = left.traits().ordered() ? Traits.ORDERED : Traits.NONE;
    return VectorStream.of(
        new SetOperations(run, node, steps.count()).apply(left.whole(), right.whole()), traits);
  }

  /// What an aggregation has taken in at each step, to be merged with that of other shards.
  VectorStream states(Aggregation node, Steps steps) {
    Aggregations aggregations = aggregations(node, steps);
    return node.parameter().map(Evaluator::withoutParentheses).orElse(null)
            instanceof StringLiteral(String label, _)
        ? aggregations.statesOfCounts(operand(node, steps), label)
        : aggregations.states(operand(node, steps));
  }

  private Aggregations aggregations(Aggregation node, Steps steps) {
    SourceSpan parameterSpan =
        node.parameter().map(Evaluator::withoutParentheses).map(Expr::span).orElse(node.span());
    return new Aggregations(
        run, steps, node, withoutParentheses(node.operand()).span(), parameterSpan);
  }

  private VectorStream operand(Aggregation node, Steps steps) {
    return vector(
        withoutParentheses(node.operand()),
        steps,
        Surroundings.inside(node.operator().text(), node.grouping()));
  }

  private VectorStream aggregation(Aggregation node, Steps steps) {
    Aggregations aggregations = aggregations(node, steps);
    VectorStream input = operand(node, steps);
    if (node.parameter().isEmpty()) {
      return aggregations.aggregate(input);
    }
    Expr parameter = withoutParentheses(node.parameter().get());
    return parameter instanceof StringLiteral(String label, _)
        ? aggregations.countValues(input, label)
        : aggregations.aggregate(input, scalar(parameter, steps));
  }

  static Expr withoutParentheses(Expr expr) {
    return expr instanceof Paren(Expr inner, _) ? withoutParentheses(inner) : expr;
  }
}
