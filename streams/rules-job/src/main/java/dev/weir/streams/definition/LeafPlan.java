package dev.weir.streams.definition;

import static java.util.Objects.requireNonNull;

import dev.weir.model.Hash128;
import dev.weir.model.Matcher;
import dev.weir.promql.ast.Expr;
import dev.weir.promql.plan.SelectorReach;
import java.util.List;

/// What a leaf task does for one version of a rule group.
///
/// @param definition hash of the version: only results of equal versions are combined
/// @param firstMillis the first evaluation time of this version
/// @param intervalMillis between evaluation times, which are `firstMillis` and every interval from
///   there on
/// @param queryOffsetMillis how long before an evaluation time the expressions are evaluated
/// @param leaves of all rules, numbered by their position
/// @param selectors of all leaves
public record LeafPlan(
    GroupId id,
    Hash128 definition,
    long firstMillis,
    long intervalMillis,
    long queryOffsetMillis,
    List<Expr> leaves,
    List<SelectorReach> selectors) {
  public LeafPlan {
    requireNonNull(id, "id");
    requireNonNull(definition, "definition");
    if (intervalMillis < 1) {
      throw new IllegalArgumentException("interval of " + intervalMillis + " ms");
    }
    leaves = List.copyOf(leaves);
    selectors = List.copyOf(selectors);
  }

  /// The first evaluation time that is not before the given one.
  public long timeFrom(long millis) {
    if (millis <= firstMillis) {
      return firstMillis;
    }
    long intervals = Math.ceilDiv(millis - firstMillis, intervalMillis);
    return firstMillis + intervals * intervalMillis;
  }

  /// How long before an evaluation time the earliest sample that matters may lie.
  public long reachMillis() {
    long reach = 0;
    for (SelectorReach selector : selectors) {
      reach = Math.max(reach, selector.fromMillis());
    }
    return reach + queryOffsetMillis;
  }

  /// The matchers of each selector.
  public List<List<Matcher>> matchers() {
    return selectors.stream().map(reach -> reach.selector().matchers()).toList();
  }
}
