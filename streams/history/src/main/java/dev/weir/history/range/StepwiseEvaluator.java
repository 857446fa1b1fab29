package dev.weir.history.range;

import static java.util.Objects.requireNonNull;

import dev.weir.history.plan.PlannedRule;
import dev.weir.history.plan.RuleUnit;
import dev.weir.history.plan.TimeSlice;
import dev.weir.history.range.SliceEvaluator.Purpose;
import dev.weir.history.range.SliceEvaluator.RuleSlice;
import dev.weir.model.TimeRange;
import dev.weir.promql.query.QueryContext;
import dev.weir.promql.query.QueryValue;
import dev.weir.rules.RuleGroup;
import dev.weir.rules.alert.AlertTransition;
import dev.weir.rules.group.EvaluationTimes;
import dev.weir.rules.group.GroupEvaluator;
import dev.weir.rules.group.GroupResult;
import dev.weir.rules.group.GroupState;
import dev.weir.rules.group.RecordedSamples;
import dev.weir.rules.group.RuleResult;
import java.util.ArrayList;
import java.util.List;

/// Evaluates the rules of a unit at one time after another, as the rules job does: for rules whose
/// value depends on what they, or alerts, were before. For one thread.
public final class StepwiseEvaluator {
  private final GroupEvaluator evaluator;
  private final QueryContext context;
  private final Purpose purpose;

  /// Is told what a unit comes to, in order of time.
  public interface Listener {
    void changed(PlannedRule rule, AlertTransition transition);

    /// @param results of all rules of the unit in the slice
    /// @param samplesRead since the slice before, or the beginning
    void finished(TimeSlice slice, List<RuleSlice> results, long samplesRead);
  }

  /// @param context whose source is the history
  public StepwiseEvaluator(GroupEvaluator evaluator, QueryContext context, Purpose purpose) {
    this.evaluator = requireNonNull(evaluator, "evaluator");
    this.context = requireNonNull(context, "context");
    this.purpose = requireNonNull(purpose, "purpose");
  }

  /// The rules of one group in the unit, and how far they have come.
  private static final class Lane {
    private final List<PlannedRule> rules;
    private final RuleGroup group;
    private final EvaluationTimes times;
    private GroupState state = GroupState.EMPTY;
    private long nextMillis;

    Lane(List<PlannedRule> rules, long startMillis) {
      RuleGroup whole = rules.getFirst().group();
      this.rules = rules;
      this.group =
          new RuleGroup(
              whole.file(),
              whole.name(),
              whole.intervalMillis(),
              whole.queryOffsetMillis(),
              whole.limit(),
              whole.labels(),
              rules.stream().map(PlannedRule::rule).toList());
      this.times = rules.getFirst().times();
      this.nextMillis = times.after(startMillis - 1);
    }
  }

  /// @param slices of evaluation times that follow each other. The unit begins earlier by as long
  ///   as its rules look back, and the clocks of its alerts run
  public void evaluate(RuleUnit unit, List<TimeSlice> slices, Listener listener) {
    long start = slices.getFirst().range().startMillis() - unit.leadMillis() - unit.clocksMillis();
    List<Lane> lanes = unit.byGroup().stream().map(rules -> new Lane(rules, start)).toList();
    RecordedSamples recorded = new RecordedSamples();
    QueryContext over = context.withSource(purpose.history(context.source(), unit));
    for (TimeSlice slice : slices) {
      Collected collected = new Collected(lanes, slice.range());
      long samplesRead = 0;
      for (Lane lane = next(lanes);
          lane.nextMillis <= slice.range().endMillis();
          lane = next(lanes)) {
        long time = lane.nextMillis;
        GroupResult result = evaluator.evaluate(lane.group, lane.state, time, over, recorded, true);
        lane.state = result.state();
        lane.nextMillis = lane.times.after(time);
        for (int i = 0; i < lane.rules.size(); i++) {
          RuleResult ofRule = result.rules().get(i);
          samplesRead += ofRule.samplesRead();
          collected.add(lane.rules.get(i), ofRule, result.sampleMillis());
          for (AlertTransition transition : ofRule.transitions()) {
            listener.changed(lane.rules.get(i), transition);
          }
        }
      }
      long oldest =
          lanes.stream().mapToLong(lane -> lane.group.queryOffsetMillis()).max().orElse(0);
      recorded.dropBefore(
          slice.range().endMillis() - unit.leadMillis() - oldest - TimeSlice.DAY_MILLIS);
      listener.finished(slice, collected.results(), samplesRead);
    }
  }

  /// The group whose evaluation is next; of several at one time the first.
  private static Lane next(List<Lane> lanes) {
    Lane next = lanes.getFirst();
    for (Lane lane : lanes) {
      if (lane.nextMillis < next.nextMillis) {
        next = lane;
      }
    }
    return next;
  }

  /// What the rules recorded in one slice.
  private static final class Collected {
    private final List<RuleSlice> slices = new ArrayList<>();

    Collected(List<Lane> lanes, TimeRange range) {
      for (Lane lane : lanes) {
        Steps steps = Steps.in(range, lane.times).shifted(-lane.group.queryOffsetMillis());
        lane.rules.forEach(rule -> slices.add(new RuleSlice(rule, new StepValues(steps))));
      }
    }

    void add(PlannedRule rule, RuleResult result, long sampleMillis) {
      StepValues values =
          slices.stream()
              .filter(slice -> slice.rule().equals(rule))
              .findFirst()
              .orElseThrow()
              .values();
      if (values.steps().count() == 0 || sampleMillis < values.steps().firstMillis()) {
        // Before what was asked for.
        return;
      }
      int step = values.steps().from(sampleMillis);
      result.error().ifPresent(reason -> values.fail(step, reason));
      for (QueryValue.Sample sample : result.samples()) {
        values.set(sample.labels(), step, sample.value(), sample.histogram());
      }
    }

    List<RuleSlice> results() {
      return slices;
    }
  }
}
