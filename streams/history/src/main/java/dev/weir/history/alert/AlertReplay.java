package dev.weir.history.alert;

import static java.util.Objects.requireNonNull;

import dev.weir.history.plan.PlannedRule;
import dev.weir.history.range.StepValues;
import dev.weir.history.range.Steps;
import dev.weir.model.WeirException;
import dev.weir.promql.query.QueryValue;
import dev.weir.rules.Rule;
import dev.weir.rules.alert.ActiveElement;
import dev.weir.rules.alert.Alert;
import dev.weir.rules.alert.AlertExpansion;
import dev.weir.rules.alert.AlertLifecycle;
import dev.weir.rules.alert.AlertState;
import dev.weir.rules.alert.AlertStep;
import dev.weir.rules.alert.AlertTransition;
import dev.weir.rules.alert.SilentTargets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/// Leads a rule's alerts through the past, one stretch of evaluations after the other. For one
/// thread.
///
/// The lifecycle itself is [AlertLifecycle]'s. Most evaluations change nothing: the same elements
/// are there as the time before, and no clock has run out. Those are left out, unless the labels of
/// alerts have templates, which may give others at any time.
public final class AlertReplay {
  private final int number;
  private final Rule.Alerting rule;
  private final Rule.Alerting bare;
  private final int limit;
  private final AlertExpansion expansion;
  private final QueryAt query;
  private final boolean everyStep;
  private List<Alert> alerts = List.of();
  private boolean failed;

  /// Answers a query of a template.
  @FunctionalInterface
  public interface QueryAt {
    List<QueryValue.Sample> answer(String query, long timestampMillis);
  }

  /// What became of a stretch.
  ///
  /// @param failed steps at which no alert could be made of the elements, and why
  public record Outcome(List<AlertChange> changes, NavigableMap<Integer, String> failed) {
    public Outcome {
      changes = List.copyOf(changes);
    }
  }

  /// @param planned an alerting rule
  /// @param query answers templates
  public AlertReplay(
      PlannedRule planned, Rule.Alerting rule, AlertExpansion expansion, QueryAt query) {
    this(planned, rule, expansion, query, hasTemplates(rule));
  }

  /// @param everyStep whether no evaluation is left out
  AlertReplay(
      PlannedRule planned,
      Rule.Alerting rule,
      AlertExpansion expansion,
      QueryAt query,
      boolean everyStep) {
    this.number = planned.number();
    this.rule = rule;
    this.bare = withoutAnnotations(rule);
    this.limit = planned.group().limit();
    this.expansion = requireNonNull(expansion, "expansion");
    this.query = requireNonNull(query, "query");
    this.everyStep = everyStep;
  }

  private static boolean hasTemplates(Rule.Alerting rule) {
    return rule.labels().values().stream().anyMatch(template -> template.text().contains("{{"));
  }

  /// Annotations are expanded when an alert begins to fire, and not at each evaluation.
  private static Rule.Alerting withoutAnnotations(Rule.Alerting rule) {
    return new Rule.Alerting(
        rule.name(),
        rule.expression(),
        rule.expr(),
        rule.forMillis(),
        rule.keepFiringForMillis(),
        rule.labels(),
        Map.of());
  }

  /// @param values the elements at the next evaluations, which follow those of the call before
  /// @param evaluations when these are
  public Outcome replay(StepValues values, Steps evaluations) {
    int[] steps = succeeded(values);
    BitSet changed = changes(values, steps);
    List<AlertChange> changes = new ArrayList<>();
    TreeMap<Integer, String> refused = new TreeMap<>();
    int last = -1;
    for (int i = 0; i < steps.length; i++) {
      long time = evaluations.timeMillis(steps[i]);
      if (everyStep || failed || changed.get(i) || i == steps.length - 1 || time >= clockMillis()) {
        // Alerts keep the value of their last element, so the evaluation before a change counts.
        if (last < i - 1) {
          evaluate(values, steps[i - 1], evaluations, changes, refused);
        }
        evaluate(values, steps[i], evaluations, changes, refused);
        last = i;
      }
    }
    return new Outcome(changes, refused);
  }

  private static int[] succeeded(StepValues values) {
    int[] steps = new int[values.steps().count() - values.failed().size()];
    int count = 0;
    for (int step = 0; step < values.steps().count(); step++) {
      if (!values.failed().containsKey(step)) {
        steps[count++] = step;
      }
    }
    return steps;
  }

  /// Where the elements differ from those of the step before: at the first step nobody knows.
  private static BitSet changes(StepValues values, int[] steps) {
    BitSet changed = new BitSet();
    changed.set(0);
    for (StepValues.Column column : values.series().values()) {
      boolean before = steps.length > 0 && column.isThere(steps[0]);
      for (int i = 1; i < steps.length; i++) {
        boolean now = column.isThere(steps[i]);
        if (now != before) {
          changed.set(i);
        }
        before = now;
      }
    }
    return changed;
  }

  /// When the next clock runs out that changes an alert while its element stays, or stays away.
  private long clockMillis() {
    long next = Long.MAX_VALUE;
    for (Alert alert : alerts) {
      switch (alert.state()) {
        case PENDING -> next = Math.min(next, alert.activeAtMillis() + rule.forMillis());
        case FIRING -> {
          if (alert.keepFiringSinceMillis() != Alert.NEVER) {
            next = Math.min(next, alert.keepFiringSinceMillis() + rule.keepFiringForMillis());
          }
        }
        case INACTIVE -> {}
      }
    }
    return next;
  }

  private void evaluate(
      StepValues values,
      int step,
      Steps evaluations,
      List<AlertChange> changes,
      Map<Integer, String> refused) {
    long time = evaluations.timeMillis(step);
    List<QueryValue.Sample> samples = values.at(step);
    try {
      List<ActiveElement> elements =
          expansion.expand(bare, samples, time, text -> query.answer(text, time));
      AlertStep result =
          AlertLifecycle.step(bare, elements, alerts, time, limit, true, SilentTargets.NONE);
      alerts = result.alerts();
      failed = false;
      for (AlertTransition transition : result.transitions()) {
        Map<String, String> annotations =
            transition.to() == AlertState.FIRING
                ? annotations(transition, elements, samples, time)
                : Map.of();
        changes.add(AlertChange.of(number, transition, annotations));
      }
    } catch (WeirException.Unprocessable e) {
      refused.put(step, e.getMessage());
      failed = true;
    }
  }

  private Map<String, String> annotations(
      AlertTransition transition,
      List<ActiveElement> elements,
      List<QueryValue.Sample> samples,
      long time) {
    if (rule.annotations().isEmpty()) {
      return Map.of();
    }
    Map<Object, QueryValue.Sample> byAlert = new HashMap<>();
    for (int i = 0; i < elements.size(); i++) {
      byAlert.put(elements.get(i).labels(), samples.get(i));
    }
    QueryValue.Sample sample = requireNonNull(byAlert.get(transition.alert().labels()));
    return expansion
        .expand(rule, List.of(sample), time, text -> query.answer(text, time))
        .getFirst()
        .annotations();
  }
}
