package dev.weir.promql.eval;

import dev.weir.model.WeirException;
import dev.weir.promql.ast.Expr;
import dev.weir.promql.ast.Expr.Call;
import dev.weir.promql.ast.Expr.MatrixSelector;
import dev.weir.promql.ast.Expr.Subquery;
import dev.weir.promql.ast.Function;
import dev.weir.promql.ast.RangeEdges;
import dev.weir.promql.ast.ValueType;
import dev.weir.promql.eval.range.ExtendedHistogramRate;
import dev.weir.promql.eval.range.ExtendedRate;
import dev.weir.promql.eval.range.ExtrapolatedRate;
import dev.weir.promql.eval.range.HistogramRate;
import dev.weir.promql.eval.range.RangeFunction;
import dev.weir.promql.eval.range.RangeFunction.Histograms;
import dev.weir.promql.eval.range.RangeKernel;
import dev.weir.promql.eval.run.QueryRun;
import dev.weir.promql.eval.run.SampleTally;
import dev.weir.promql.eval.select.SampleColumns;
import dev.weir.promql.eval.vector.DistinctStream;
import dev.weir.promql.eval.vector.Steps;
import dev.weir.promql.eval.vector.VectorBlock;
import dev.weir.promql.eval.vector.VectorSeries;
import dev.weir.promql.eval.vector.VectorStream;
import dev.weir.promql.eval.vector.VectorStream.Traits;
import java.util.List;
import java.util.stream.Collectors;

/// Calls of functions over a range: one that is selected, or one that a subquery computes. Both
/// stream: a subquery's block is ranged over as soon as it is there.
final class RangeCalls {
  private final QueryRun run;
  private final Evaluator evaluator;
  private final Selectors selectors;

  RangeCalls(QueryRun run, Evaluator evaluator, Selectors selectors) {
    this.run = run;
    this.evaluator = evaluator;
    this.selectors = selectors;
  }

  VectorStream evaluate(
      Call call, Steps steps, RangeKernel kernel, RangeFunction.Histograms policy) {
    VectorStream result =
        switch (rangeArgument(call)) {
          case MatrixSelector matrix -> {
            checkEdges(call.function(), matrix.selector().edges());
            Steps ends = selectors.times(matrix.selector().modifiers(), steps);
            RangeFunction.Range range = selectors.rangeOf(matrix, ends);
            RangeFunction function = function(call, kernel, policy, range);
            yield selectors.range(matrix, range, function, Calls.inside(call));
          }
          case Subquery subquery -> overSubquery(call, subquery, steps, kernel, policy);
          case Expr other ->
              throw new WeirException.Internal(
                  "%s() has an argument of type %s for a range"
                      .formatted(call.function().text(), other.type().documentedName()));
        };
    // Of absence, no series is seen that could be equal to another one.
    return call.function() == Function.ABSENT_OVER_TIME
        ? result
        : evaluator.withoutNames(result, DistinctStream.Rule.NEVER_EQUAL);
  }

  /// `rate`, `increase` and `delta`: of other edges than plain ones there is nothing to
  /// extrapolate.
  VectorStream rate(Call call, Steps steps, boolean counter, boolean perSecond) {
    boolean smoothed = edges(call) == RangeEdges.SMOOTHED;
    return edges(call) == RangeEdges.PLAIN
        ? evaluate(
            call,
            steps,
            new ExtrapolatedRate(counter, perSecond),
            new Histograms.Apart(new HistogramRate(counter, perSecond)))
        : evaluate(
            call,
            steps,
            new ExtendedRate(smoothed, counter, perSecond),
            new Histograms.Apart(new ExtendedHistogramRate(smoothed, counter, perSecond)));
  }

  private static RangeEdges edges(Call call) {
    return rangeArgument(call) instanceof MatrixSelector matrix
        ? matrix.selector().edges()
        : RangeEdges.PLAIN;
  }

  private static void checkEdges(Function function, RangeEdges edges) {
    List<Function> allowed =
        switch (edges) {
          case PLAIN -> List.of(function);
          case ANCHORED ->
              List.of(
                  Function.CHANGES,
                  Function.DELTA,
                  Function.INCREASE,
                  Function.RATE,
                  Function.RESETS);
          case SMOOTHED -> List.of(Function.DELTA, Function.INCREASE, Function.RATE);
        };
    if (!allowed.contains(function)) {
      throw new WeirException.Unprocessable(
          "%s modifier can only be used with: %s - not with %s"
              .formatted(
                  edges.text(),
                  allowed.stream().map(Function::text).collect(Collectors.joining(", ")),
                  function.text()));
    }
  }

  private static Expr rangeArgument(Call call) {
    for (int i = 0; i < call.arguments().size(); i++) {
      Expr argument = Calls.argument(call, i);
      if (argument.type() == ValueType.RANGE_VECTOR) {
        return argument;
      }
    }
    throw new WeirException.Internal(call.function().text() + "() has no range");
  }

  private RangeFunction function(
      Call call, RangeKernel kernel, RangeFunction.Histograms policy, RangeFunction.Range range) {
    return new RangeFunction(
        run, call.function(), kernel, policy, range, Calls.argument(call, 0).span());
  }

  private VectorStream overSubquery(
      Call call,
      Subquery subquery,
      Steps steps,
      RangeKernel kernel,
      RangeFunction.Histograms policy) {
    Steps ends = selectors.times(subquery.modifiers(), steps);
    Steps inner = selectors.subquerySteps(subquery, ends);
    if (inner == null) {
      return VectorStream.of(VectorBlock.EMPTY, Traits.NONE);
    }
    RangeFunction.Range range =
        RangeFunction.Range.plain(ends, subquery.range().rangeMillis(run.times()));
    RangeFunction function = function(call, kernel, policy, range);
    long[] timestamps = inner.timestampsMillis();
    SampleTally counts = selectors.tally();
    // What counts is what the subquery came to, not what it looked at.
    VectorStream values =
        selectors.counting(
            SampleTally.NONE, () -> evaluator.vector(subquery.inner(), inner, Calls.inside(call)));
    return values
        .whole()
        .map(block -> {
          SampleColumns columns = SampleColumns.of(block, timestamps);
          long[] perStep = new long[ends.count()];
          List<VectorSeries> series =
              function.apply(
                  counts.counts() ? SampleCounts.inWindows(columns, range, perStep) : columns);
          counts.add(perStep);
          block.release(run.budget());
          return VectorBlock.reserve(run.budget(), series);
        });
  }
}
