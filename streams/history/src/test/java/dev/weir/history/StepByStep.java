package dev.weir.history;

import dev.weir.history.alert.AlertChange;
import dev.weir.model.Labels;
import dev.weir.model.Tenant;
import dev.weir.model.TimeRange;
import dev.weir.model.source.SeriesSource;
import dev.weir.promql.eval.QueryEngine;
import dev.weir.promql.query.QueryContext;
import dev.weir.promql.query.QueryValue;
import dev.weir.rules.RuleGroup;
import dev.weir.rules.alert.AlertExpansion;
import dev.weir.rules.alert.AlertTransition;
import dev.weir.rules.group.EvaluationTimes;
import dev.weir.rules.group.GroupEvaluator;
import dev.weir.rules.group.GroupResult;
import dev.weir.rules.group.GroupState;
import dev.weir.rules.group.RecordedSamples;
import dev.weir.rules.template.TemplateLimits;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/// Rule groups evaluated at each time by itself, in order of time: what everything else is compared
/// with.
public final class StepByStep {
  private final List<AlertChange> changes = new ArrayList<>();
  private final Map<Labels, NavigableMap<Long, Double>> recorded = new TreeMap<>();
  private final Map<Integer, Integer> failures = new TreeMap<>();

  public StepByStep(List<RuleGroup> groups, SeriesSource source, TimeRange range) {
    GroupEvaluator evaluator =
        new GroupEvaluator(
            QueryEngine.inCallersThread(),
            new AlertExpansion(Labels.EMPTY, "http://weir", TemplateLimits.DEFAULT));
    RecordedSamples samples = new RecordedSamples();
    List<GroupState> states = new ArrayList<>();
    groups.forEach(_ -> states.add(GroupState.EMPTY));
    for (long time = range.startMillis(); time <= range.endMillis(); time++) {
      long next = Long.MAX_VALUE;
      int first = 0;
      for (int i = 0; i < groups.size(); i++) {
        EvaluationTimes times = EvaluationTimes.of(groups.get(i));
        if (times.isDue(time)) {
          GroupResult result =
              evaluator.evaluate(
                  groups.get(i),
                  states.get(i),
                  time,
                  QueryContext.of(Tenant.DEFAULT, source),
                  samples,
                  true);
          states.set(i, result.state());
          take(result, first);
        }
        first += groups.get(i).rules().size();
        next = Math.min(next, times.after(time));
      }
      time = next - 1;
    }
  }

  private void take(GroupResult result, int firstRule) {
    for (QueryValue.Sample sample : result.samples()) {
      recorded
          .computeIfAbsent(sample.labels(), _ -> new TreeMap<>())
          .put(result.sampleMillis(), sample.value());
    }
    for (int rule = 0; rule < result.rules().size(); rule++) {
      if (result.rules().get(rule).error().isPresent()) {
        failures.merge(firstRule + rule, 1, Integer::sum);
      }
      for (AlertTransition transition : result.rules().get(rule).transitions()) {
        changes.add(AlertChange.of(firstRule + rule, transition));
      }
    }
  }

  /// In order of time, then rule, then labels.
  public List<AlertChange> changes() {
    return changes;
  }

  /// What was recorded, alerts too.
  public Map<Labels, NavigableMap<Long, Double>> recorded() {
    return recorded;
  }

  /// Evaluations that failed, by rule.
  public Map<Integer, Integer> failures() {
    return failures;
  }
}
