package dev.weir.history.plan;

import static java.util.Objects.requireNonNull;

import dev.weir.rules.Rule;
import dev.weir.rules.RuleGroup;
import dev.weir.rules.group.EvaluationTimes;

/// A rule with the group that it stands in.
///
/// @param number place among all rules of all groups, from 0
/// @param place in its group, from 0
/// @param leadMillis how long before a slice it has to begin, so that the rules that read what it
///   records find all that they look back to; 0 if none does
public record PlannedRule(int number, RuleGroup group, int place, long leadMillis) {
  public PlannedRule {
    requireNonNull(group, "group");
  }

  public Rule rule() {
    return group.rules().get(place);
  }

  public EvaluationTimes times() {
    return EvaluationTimes.of(group);
  }

  /// How long the state of its alerts may depend on an earlier one.
  long clockMillis() {
    return switch (rule()) {
      case Rule.Recording _ -> 0;
      case Rule.Alerting alerting ->
          alerting.forMillis() + alerting.keepFiringForMillis() + group.intervalMillis();
    };
  }

  PlannedRule withLead(long changedMillis) {
    return new PlannedRule(number, group, place, changedMillis);
  }
}
