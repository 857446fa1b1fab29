package dev.weir.rules.group;

import static java.util.Objects.requireNonNull;

import dev.weir.promql.query.QueryValue;
import dev.weir.rules.Rule;
import dev.weir.rules.alert.AlertTransition;
import java.util.List;
import java.util.Optional;

/// What one evaluation of a rule came to.
///
/// @param samples to be recorded, by labels; a series that ended has a [StalenessMarker]
/// @param transitions of an alerting rule's alerts
/// @param error why there are none; the rule's state is then as it was
/// @param warnings of the query
/// @param complete whether the value is of all data
/// @param samplesRead by the expression; 0 where what it stands on is kept
/// @param evaluationNanos how long the expression took
public record RuleResult(
    Rule rule,
    List<QueryValue.Sample> samples,
    List<AlertTransition> transitions,
    Optional<String> error,
    List<String> warnings,
    boolean complete,
    long samplesRead,
    long evaluationNanos) {
  public RuleResult {
    requireNonNull(rule, "rule");
    requireNonNull(error, "error");
    samples = List.copyOf(samples);
    transitions = List.copyOf(transitions);
    warnings = List.copyOf(warnings);
  }

  static RuleResult failed(Rule rule, String error) {
    return new RuleResult(rule, List.of(), List.of(), Optional.of(error), List.of(), true, 0, 0);
  }
}
