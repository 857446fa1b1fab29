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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

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
  /// @return of the rules that the purpose is about: those that record first, in the order of the
  ///   unit
  public List<RuleSlice> evaluate(RuleUnit unit, TimeRange range) {
    Recorded recorded = record(unit, range);
    List<RuleSlice> results = new ArrayList<>();
    recorded.values.forEach((planned, values) -> {
      long start = range.startMillis() - planned.group().queryOffsetMillis();
      results.add(new RuleSlice(planned, values.from(values.steps().from(start))));
    });
    if (purpose == Purpose.BACKTEST) {
      for (PlannedRule planned : unit.rules()) {
        if (planned.rule() instanceof Rule.Alerting rule) {
          StepValues values = expressions.evaluate(rule, samples(planned, range), recorded.over);
          results.add(new RuleSlice(planned, values));
        }
      }
    }
    return results;
  }

  /// What the rules of a unit recorded, from as early as others need it.
  ///
  /// @param over the history, and what is recorded
  private record Recorded(Map<PlannedRule, StepValues> values, QueryContext over) {}

  /// Each rule begins an evaluation early, to know which series end first: those that the last
  /// evaluation that did not fail had. Where that one failed, all begin earlier still, since what
  /// it reads is recorded by others.
  private Recorded record(RuleUnit unit, TimeRange range) {
    long earlierMillis = 0;
    long interval =
        unit.rules().stream().mapToLong(rule -> rule.group().intervalMillis()).max().orElseThrow();
    while (true) {
      Recorded recorded = record(unit, range, earlierMillis);
      earlierMillis = earlierMillis == 0 ? 3 * interval : 4 * earlierMillis;
      if (earlierMillis > LOOK_FOR_ENDS.toMillis()
          || recorded.values.entrySet().stream()
              .noneMatch(rule -> failedBefore(rule.getValue(), rule.getKey(), range))) {
        return recorded;
      }
    }
  }

  private Recorded record(RuleUnit unit, TimeRange range, long earlierMillis) {
    RecordedColumns recorded = new RecordedColumns(context.tenant());
    QueryContext over = unit.isChained() ? context.withSource(over(unit, recorded)) : context;
    Map<PlannedRule, StepValues> all = new LinkedHashMap<>();
    for (PlannedRule planned : unit.rules()) {
      // In a backtest, what nobody reads changes no alert.
      if (planned.rule() instanceof Rule.Recording rule
          && (purpose == Purpose.BACKFILL || planned.leadMillis() > 0)) {
        long start = startMillis(planned, range) - planned.group().intervalMillis() - earlierMillis;
        Steps steps = samples(planned, new TimeRange(start, range.endMillis()));
        StepValues evaluated = expressions.evaluate(rule, steps, over);
        StepValues values = left(rule, new RecordingRange(planned.group(), rule).record(evaluated));
        recorded.add(values);
        all.put(planned, values);
      }
    }
    return new Recorded(all, over);
  }

  /// The first evaluation that counts for the slice.
  private static long startMillis(PlannedRule planned, TimeRange range) {
    return range.startMillis() - planned.leadMillis();
  }

  private StepValues left(Rule.Recording rule, StepValues values) {
    return switch (purpose) {
      case BACKTEST -> values;
      case BACKFILL ->
          new ExistingSamples(context.tenant(), context.source()).leaveOut(rule.name(), values);
    };
  }

  /// The history as the unit's rules see it.
  private SeriesSource over(RuleUnit unit, RecordedColumns recorded) {
    SeriesSource history = purpose.history(context.source(), unit);
    return new MergedSeriesSource(List.of(history, recorded));
  }

  /// Whether every evaluation before those that count has failed.
  private static boolean failedBefore(StepValues values, PlannedRule planned, TimeRange range) {
    long start = startMillis(planned, range) - planned.group().queryOffsetMillis();
    int first = values.steps().from(start);
    return values.failed().headMap(first, false).size() == first;
  }

  private static Steps samples(PlannedRule planned, TimeRange range) {
    return Steps.in(range, planned.times()).shifted(-planned.group().queryOffsetMillis());
  }
}
