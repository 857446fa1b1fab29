package dev.weir.promql.eval;

import dev.weir.model.TimeRange;
import dev.weir.model.WeirException;
import dev.weir.promql.ast.AtModifier;
import dev.weir.promql.ast.Expr.MatrixSelector;
import dev.weir.promql.ast.Expr.Subquery;
import dev.weir.promql.ast.Expr.VectorSelector;
import dev.weir.promql.ast.RangeEdges;
import dev.weir.promql.ast.TimeModifiers;
import dev.weir.promql.eval.run.Budget;
import dev.weir.promql.eval.run.QueryRun;
import dev.weir.promql.eval.select.GroupStream;
import dev.weir.promql.eval.select.InstantSelector;
import dev.weir.promql.eval.select.RangeSelector;
import dev.weir.promql.eval.select.Selection;
import dev.weir.promql.eval.vector.Steps;
import dev.weir.promql.eval.vector.VectorStream;
import dev.weir.promql.query.QueryValue;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Works out which times selectors and subqueries are about, and opens streams of what they select.
final class Selectors {
  /// What each step of a subquery takes beside its samples: its time, and what a scalar and an
  /// operand of it have there.
  private static final long STEP_BYTES = 3 * Long.BYTES;

  private final QueryRun run;

  Selectors(QueryRun run) {
    this.run = run;
  }

  /// The steps, moved to where `@` and `offset` say.
  Steps times(TimeModifiers modifiers, Steps steps) {
    Steps at =
        modifiers
            .at()
            .map(modifier ->
                switch (modifier) {
                  case AtModifier.Timestamp(long millis) -> steps.allAt(millis);
                  case AtModifier.Start _ -> steps.allAt(run.times().startMillis());
                  case AtModifier.End _ -> steps.allAt(run.times().endMillis());
                })
            .orElse(steps);
    return at.earlier(
        modifiers.offset().map(offset -> offset.offsetMillis(run.times())).orElse(0L));
  }

  VectorStream instant(
      VectorSelector selector,
      Steps steps,
      InstantSelector.Output output,
      Surroundings surroundings) {
    if (selector.edges() != RangeEdges.PLAIN) {
      throw edgesNotSupported(selector.edges());
    }
    Steps times = times(selector.modifiers(), steps);
    TimeRange range = rangeBefore(times, run.lookbackMillis());
    return new GroupStream(
        run,
        new Selection(selector.matchers(), range, surroundings.hints(steps.stepMillis(), 0)),
        new InstantSelector(times, run.lookbackMillis(), output));
  }

  VectorStream range(
      MatrixSelector matrix,
      Steps times,
      GroupStream.GroupFunction function,
      Surroundings surroundings) {
    VectorSelector selector = matrix.selector();
    if (selector.edges() != RangeEdges.PLAIN) {
      throw edgesNotSupported(selector.edges());
    }
    long rangeMillis = rangeMillis(matrix);
    return new GroupStream(
        run,
        new Selection(
            selector.matchers(),
            rangeBefore(times, rangeMillis),
            surroundings.hints(times.stepMillis(), rangeMillis)),
        function);
  }

  /// The samples in a range that ends at one time.
  List<QueryValue.Series> samples(MatrixSelector matrix, Steps steps) {
    VectorSelector selector = matrix.selector();
    if (selector.edges() != RangeEdges.PLAIN) {
      throw edgesNotSupported(selector.edges());
    }
    Steps times = times(selector.modifiers(), steps);
    long rangeMillis = rangeMillis(matrix);
    return RangeSelector.select(
        run,
        new Selection(
            selector.matchers(),
            rangeBefore(times, rangeMillis),
            Surroundings.NONE.hints(0, rangeMillis)));
  }

  long rangeMillis(MatrixSelector matrix) {
    return matrix.range().rangeMillis(run.times());
  }

  private static WeirException.Unprocessable edgesNotSupported(RangeEdges edges) {
    return new WeirException.Unprocessable(
        "the " + edges.text() + " modifier is not supported yet");
  }

  /// The timestamps that windows of this length before these times can hold. Their start is open.
  private static TimeRange rangeBefore(Steps times, long lengthMillis) {
    return new TimeRange(times.startMillis() - lengthMillis + 1, times.endMillis());
  }

  /// The times that a subquery's expression is evaluated at, for windows that end at `times`: the
  /// multiples of its step in any of them. Null if there are none. The query pays for them until it
  /// ends.
  @Nullable Steps subquerySteps(Subquery subquery, Steps times) {
    long rangeMillis = subquery.range().rangeMillis(run.times());
    long stepMillis =
        subquery
            .step()
            .map(step -> step.rangeMillis(run.times()))
            .orElse(run.settings().defaultSubqueryStep().toMillis());
    long first = (Math.floorDiv(times.startMillis() - rangeMillis, stepMillis) + 1) * stepMillis;
    if (first > times.endMillis()) {
      return null;
    }
    long count = (times.endMillis() - first) / stepMillis + 1;
    if (count > Math.min(run.budget().maxSamples(), Integer.MAX_VALUE - 8)) {
      throw Budget.tooManySamples();
    }
    run.budget().reserve(0, count * STEP_BYTES);
    return new Steps(first, stepMillis, (int) count);
  }
}
