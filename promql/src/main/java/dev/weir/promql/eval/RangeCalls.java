package dev.weir.promql.eval;

import dev.weir.model.WeirException;
import dev.weir.promql.ast.Expr;
import dev.weir.promql.ast.Expr.Call;
import dev.weir.promql.ast.Expr.MatrixSelector;
import dev.weir.promql.ast.Expr.Subquery;
import dev.weir.promql.ast.ValueType;
import dev.weir.promql.eval.range.RangeFunction;
import dev.weir.promql.eval.range.RangeKernel;
import dev.weir.promql.eval.run.QueryRun;
import dev.weir.promql.eval.select.SampleColumns;
import dev.weir.promql.eval.vector.DistinctStream;
import dev.weir.promql.eval.vector.Steps;
import dev.weir.promql.eval.vector.VectorBlock;
import dev.weir.promql.eval.vector.VectorSeries;
import dev.weir.promql.eval.vector.VectorStream;
import dev.weir.promql.eval.vector.VectorStream.Traits;
import java.util.List;

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
            Steps ends = selectors.times(matrix.selector().modifiers(), steps);
            RangeFunction function =
                function(call, kernel, policy, ends, selectors.rangeMillis(matrix));
            yield selectors.range(matrix, ends, function, Calls.inside(call));
          }
          case Subquery subquery -> overSubquery(call, subquery, steps, kernel, policy);
          case Expr other ->
              throw new WeirException.Internal(
                  "%s() has an argument of type %s for a range"
                      .formatted(call.function().text(), other.type().documentedName()));
        };
    return evaluator.withoutNames(result, DistinctStream.Rule.NEVER_EQUAL);
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
      Call call,
      RangeKernel kernel,
      RangeFunction.Histograms policy,
      Steps ends,
      long rangeMillis) {
    return new RangeFunction(
        run, call.function(), kernel, policy, ends, rangeMillis, Calls.argument(call, 0).span());
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
    RangeFunction function =
        function(call, kernel, policy, ends, subquery.range().rangeMillis(run.times()));
    long[] timestamps = inner.timestampsMillis();
    return evaluator
        .vector(subquery.inner(), inner, Calls.inside(call))
        .whole()
        .map(block -> {
          List<VectorSeries> series = function.apply(SampleColumns.of(block, timestamps));
          block.release(run.budget());
          return VectorBlock.reserve(run.budget(), series);
        });
  }
}
