package dev.weir.history.range;

import static java.util.Objects.requireNonNull;

import dev.weir.blocks.merge.MergedSeriesSource;
import dev.weir.history.plan.PlannedRule;
import dev.weir.history.plan.RuleUnit;
import dev.weir.model.TimeRange;
import dev.weir.model.source.SeriesSource;
import dev.weir.promql.query.QueryContext;
import dev.weir.rules.Rule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Evaluates the rules of a unit over a slice, each over all of its times at once: first those that
/// others read from, whose results are then laid over the history. For one thread.
public final class SliceEvaluator {
  /// How far back a series is looked for that may have ended, if a rule fails again and again.
  private static final Duration LOOK_FOR_ENDS = Duration.ofDays(1);

  private final ExpressionRange expressions;
  private final QueryContext context;
  private final Purpose purpose;

  /// What rules are evaluated for.
  public enum Purpose {
    /// To see which alerts there would have been. What others recorded under the names of the rules
    /// is not seen.
    BACKTEST,
    /// To record what is missing. What exists already is seen by rules that read it, and stays.
    BACKFILL;

    /// What rules of a unit see of the history.
    SeriesSource history(SeriesSource source, RuleUnit unit) {
      return switch (this) {
        case BACKTEST -> new WithoutSeries(source, unit.recorded());
        case BACKFILL -> source;
      };
    }
  }

  /// What a rule came to in a slice: what a recording rule records, staleness markers too; the
  /// elements of an alerting rule.
  ///
  /// @param values at the times of samples, which lie before the evaluations by the query offset
  public record RuleSlice(PlannedRule rule, StepValues values) {
    /// The evaluations.
    public Steps evaluations() {
      return values.steps().shifted(rule.group().queryOffsetMillis());
    }
  }

  /// @param context whose source is the history
  public SliceEvaluator(ExpressionRange expressions, QueryContext context, Purpose purpose) {
    this.expressions = requireNonNull(expressions, "expressions");
    this.context = requireNonNull(context, "context");
    this.purpose = requireNonNull(purpose, "purpose");
  }

  /// @param unit that is not stepwise
  /// @param range of evaluation times
  /// @return of the rules that the purpose is about, in the order of the unit
  public List<RuleSlice> evaluate(RuleUnit unit, TimeRange range) {
    RecordedColumns recorded = new RecordedColumns(context.tenant());
    QueryContext over = unit.isChained() ? context.withSource(over(unit, recorded)) : context;
    List<RuleSlice> results = new ArrayList<>();
    for (PlannedRule planned : unit.rules()) {
      switch (planned.rule()) {
        case Rule.Recording rule -> {
          // What nobody reads changes no alert.
          if (purpose == Purpose.BACKFILL || planned.leadMillis() > 0) {
            StepValues values = recording(planned, rule, range, over);
            recorded.add(values);
            long start = range.startMillis() - planned.group().queryOffsetMillis();
            results.add(new RuleSlice(planned, values.from(values.steps().from(start))));
          }
        }
        case Rule.Alerting rule -> {
          if (purpose == Purpose.BACKTEST) {
            StepValues values = expressions.evaluate(rule, samples(planned, range), over);
            results.add(new RuleSlice(planned, values));
          }
        }
      }
    }
    return results;
  }

  /// The history as the unit's rules see it.
  private SeriesSource over(RuleUnit unit, RecordedColumns recorded) {
    SeriesSource history = purpose.history(context.source(), unit);
    return new MergedSeriesSource(List.of(history, recorded));
  }

  private StepValues recording(
      PlannedRule planned, Rule.Recording rule, TimeRange range, QueryContext over) {
    RecordingRange recording = new RecordingRange(planned.group(), rule);
    // Some time earlier, to know which series end at the first evaluation: what the last one that
    // did not fail came to.
    long earlierMillis = planned.group().intervalMillis();
    StepValues values;
    do {
      long start = range.startMillis() - planned.leadMillis() - earlierMillis;
      Steps steps = samples(planned, new TimeRange(start, range.endMillis()));
      values = recording.record(expressions.evaluate(rule, steps, over));
      earlierMillis *= 4;
    } while (failedBefore(values, planned, range) && earlierMillis <= LOOK_FOR_ENDS.toMillis());
    return switch (purpose) {
      case BACKTEST -> values;
      case BACKFILL ->
          new ExistingSamples(context.tenant(), context.source()).leaveOut(rule.name(), values);
    };
  }

  /// Whether every evaluation before the slice has failed.
  private static boolean failedBefore(StepValues values, PlannedRule planned, TimeRange range) {
    int first = values.steps().from(range.startMillis() - planned.group().queryOffsetMillis());
    return values.failed().headMap(first, false).size() == first;
  }

  private static Steps samples(PlannedRule planned, TimeRange range) {
    return Steps.in(range, planned.times()).shifted(-planned.group().queryOffsetMillis());
  }
}
