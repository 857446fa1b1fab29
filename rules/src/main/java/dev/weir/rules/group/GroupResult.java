package dev.weir.rules.group;

import static java.util.Objects.requireNonNull;

import dev.weir.promql.query.QueryValue;
import dev.weir.rules.alert.AlertTransition;
import java.util.ArrayList;
import java.util.List;

/// What one evaluation of a group came to.
///
/// @param timestampMillis of the evaluation
/// @param sampleMillis of what it records: earlier by the group's query offset
/// @param rules in their order
/// @param ended markers for series of rules that are gone
/// @param complete whether every value is of all data
/// @param state for the next evaluation
public record GroupResult(
    long timestampMillis,
    long sampleMillis,
    List<RuleResult> rules,
    List<QueryValue.Sample> ended,
    boolean complete,
    GroupState state) {
  public GroupResult {
    rules = List.copyOf(rules);
    ended = List.copyOf(ended);
    requireNonNull(state, "state");
  }

  /// All that is to be recorded, each series once.
  public List<QueryValue.Sample> samples() {
    List<QueryValue.Sample> all = new ArrayList<>();
    rules.forEach(rule -> all.addAll(rule.samples()));
    all.addAll(ended);
    return all;
  }

  public List<AlertTransition> transitions() {
    List<AlertTransition> all = new ArrayList<>();
    rules.forEach(rule -> all.addAll(rule.transitions()));
    return all;
  }
}
