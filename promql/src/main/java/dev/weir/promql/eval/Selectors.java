package dev.weir.promql.eval;

import dev.weir.model.Matcher;
import dev.weir.model.TimeRange;
import dev.weir.promql.ast.AtModifier;
import dev.weir.promql.ast.Expr.MatrixSelector;
import dev.weir.promql.ast.Expr.Subquery;
import dev.weir.promql.ast.Expr.VectorSelector;
import dev.weir.promql.ast.Function;
import dev.weir.promql.ast.RangeEdges;
import dev.weir.promql.ast.TimeModifiers;
import dev.weir.promql.eval.explain.PlanRecorder;
import dev.weir.promql.eval.range.ExtendedSamples;
import dev.weir.promql.eval.range.RangeFunction;
import dev.weir.promql.eval.run.QueryRun;
import dev.weir.promql.eval.run.SampleTally;
import dev.weir.promql.eval.select.GroupStream;
import dev.weir.promql.eval.select.InstantSelector;
import dev.weir.promql.eval.select.RangeSelector;
import dev.weir.promql.eval.select.Selection;
import dev.weir.promql.eval.select.SmoothedSelector;
import dev.weir.promql.eval.vector.Steps;
import dev.weir.promql.eval.vector.VectorSeries;
import dev.weir.promql.eval.vector.VectorStream;
import dev.weir.promql.query.QueryValue;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Works out which times selectors and subqueries are about, and opens streams of what they select.
final class Selectors {
  /// What each step of a subquery takes beside its samples: its time, and what a scalar and an
  /// operand of it have there.
  private static final long STEP_BYTES = 3 * Long.BYTES;

  private final QueryRun run;
  private final Set<VectorSelector> statistics;
  private final Set<VectorSelector> repeated;
  private final PlanRecorder recorder;

  /// Where what is built now counts the samples that it will look at.
  private SampleTally tally;

  /// @param statistics the selectors that [StatisticsSelectors] finds
  /// @param repeated the selectors that [RepeatedSelectors] finds
  /// @param recorder notes what is read
  Selectors(
      QueryRun run,
      Set<VectorSelector> statistics,
      Set<VectorSelector> repeated,
      PlanRecorder recorder) {
    this.run = run;
    this.statistics = statistics;
    this.repeated = repeated;
    this.recorder = recorder;
    this.tally = run.tally();
  }

  SampleTally tally() {
    return tally;
  }

  /// Builds something whose selectors count elsewhere.
  <T> T counting(SampleTally elsewhere, Supplier<T> build) {
    SampleTally here = tally;
    tally = elsewhere;
    try {
      return build.get();
    } finally {
      tally = here;
    }
  }

  /// The groups of a selection, to which a function is applied.
  private VectorStream groups(Selection selection, GroupStream.GroupFunction function) {
    return recorder.reading(
        new GroupStream(run, selection, recorder.computing(function::apply)::apply));
  }

  private GroupStream.GroupFunction counted(GroupStream.GroupFunction function, int steps) {
    SampleTally counts = tally;
    if (!counts.counts()) {
      return function;
    }
    return group -> {
      List<VectorSeries> series = function.apply(group);
      counts.add(SampleCounts.atSteps(series, steps));
      return series;
    };
  }

  private GroupStream.GroupFunction counted(
      GroupStream.GroupFunction function, RangeFunction.Range range) {
    SampleTally counts = tally;
    if (!counts.counts()) {
      return function;
    }
    return group -> {
      long[] perStep = new long[range.ends().count()];
      List<VectorSeries> series = function.apply(SampleCounts.inWindows(group, range, perStep));
      counts.add(perStep);
      return series;
    };
  }

  private GroupStream.GroupFunction withResets(
      VectorSelector selector, GroupStream.GroupFunction function) {
    return statistics.contains(selector)
        ? group -> function.apply(group.withDetectedResets())
        : function;
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
    Steps times = times(selector.modifiers(), steps);
    long lookback = run.lookbackMillis();
    if (selector.edges() == RangeEdges.SMOOTHED && output == InstantSelector.Output.VALUE) {
      return groups(
          selection(
              selector,
              new RangeFunction.Range(times, 0, RangeEdges.SMOOTHED, lookback),
              surroundings),
          counted(
              withResets(selector, new SmoothedSelector(run, times, lookback, selector.span())),
              steps.count()));
    }
    return groups(
        new Selection(
            selector.matchers(),
            rangeBefore(times, lookback),
            surroundings.hints(steps.stepMillis(), 0).alignedTo(alignment(times, 0)),
            repeated.contains(selector)),
        counted(withResets(selector, new InstantSelector(times, lookback, output)), steps.count()));
  }

  /// The series of info metrics, with the times of their samples in seconds.
  VectorStream infoTimes(List<Matcher> matchers, Steps times) {
    return groups(
        new Selection(
            matchers,
            rangeBefore(times, run.lookbackMillis()),
            Surroundings.inside(Function.INFO.text())
                .hints(times.stepMillis(), 0)
                .alignedTo(alignment(times, 0)),
            false),
        counted(
            new InstantSelector(
                times, run.lookbackMillis(), InstantSelector.Output.TIMESTAMP_OF_FLOAT),
            times.count()));
  }

  /// What a function of a range looks at.
  ///
  /// @param ends where the range ends
  RangeFunction.Range rangeOf(MatrixSelector matrix, Steps ends) {
    return new RangeFunction.Range(
        ends, rangeMillis(matrix), matrix.selector().edges(), run.lookbackMillis());
  }

  VectorStream range(
      MatrixSelector matrix,
      RangeFunction.Range range,
      GroupStream.GroupFunction function,
      Surroundings surroundings) {
    return groups(
        selection(matrix.selector(), range, surroundings),
        counted(withResets(matrix.selector(), function), range));
  }

  private Selection selection(
      VectorSelector selector, RangeFunction.Range range, Surroundings surroundings) {
    // Who looks beyond the windows, looks for single samples there.
    long aligned =
        range.edges() == RangeEdges.PLAIN ? alignment(range.ends(), range.rangeMillis()) : 0;
    return new Selection(
        selector.matchers(),
        rangeBefore(range.reachedEnds(), range.reachedMillis()),
        surroundings.hints(range.ends().stepMillis(), range.reachedMillis()).alignedTo(aligned),
        repeated.contains(selector));
  }

  /// The samples in a range that ends at one time.
  List<QueryValue.Series> samples(MatrixSelector matrix, Steps steps) {
    VectorSelector selector = matrix.selector();
    RangeFunction.Range range = rangeOf(matrix, times(selector.modifiers(), steps));
    Selection selection = selection(selector, range, Surroundings.NONE);
    List<QueryValue.Series> samples =
        recorder.reading(() ->
            selector.edges() == RangeEdges.PLAIN
                ? RangeSelector.select(run, selection)
                : ExtendedSamples.select(run, selection, range));
    if (tally.counts()) {
      tally.add(SampleCounts.of(samples));
    }
    return samples;
  }

  long rangeMillis(MatrixSelector matrix) {
    return matrix.range().rangeMillis(run.times());
  }

  /// What windows of this length that end at these times begin and end at multiples of.
  private static long alignment(Steps ends, long lengthMillis) {
    long aligned = commonDivisor(ends.startMillis(), lengthMillis);
    return commonDivisor(aligned, ends.isSingle() ? 0 : ends.stepMillis());
  }

  private static long commonDivisor(long a, long b) {
    long left = Math.abs(a);
    long right = Math.abs(b);
    while (right != 0) {
      long rest = left % right;
      left = right;
      right = rest;
    }
    return left;
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
      throw run.budget().tooManySamples();
    }
    run.budget().reserve(0, count * STEP_BYTES);
    return new Steps(first, stepMillis, (int) count);
  }
}
