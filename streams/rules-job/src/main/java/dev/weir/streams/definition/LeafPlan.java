package dev.weir.streams.definition;

import static java.util.Objects.requireNonNull;

import dev.weir.model.Hash128;
import dev.weir.model.Matcher;
import dev.weir.promql.plan.Leaf;
import dev.weir.promql.plan.SelectorReach;
import dev.weir.promql.plan.SplitExpr;
import dev.weir.promql.printer.PromqlPrinter;
import dev.weir.promql.query.EngineSettings;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// What a leaf task does for one version of a rule group.
///
/// @param definition hash of the version
/// @param results hash of the version, of how it is split and of how leaves are evaluated: only
///   partial results with equal ones are combined. Processes of different versions of Weir may
///   split an expression differently, and processes with different features evaluate it differently
/// @param firstMillis the first evaluation time of this version
/// @param intervalMillis between evaluation times, which are `firstMillis` and every interval from
///   there on
/// @param queryOffsetMillis how long before an evaluation time the expressions are evaluated
/// @param leaves of all rules, numbered by their position
/// @param selectors of all leaves
public record LeafPlan(
    GroupId id,
    Hash128 definition,
    Hash128 results,
    long firstMillis,
    long intervalMillis,
    long queryOffsetMillis,
    List<Leaf> leaves,
    List<SelectorReach> selectors) {
  public LeafPlan {
    requireNonNull(id, "id");
    requireNonNull(definition, "definition");
    requireNonNull(results, "results");
    if (intervalMillis < 1) {
      throw new IllegalArgumentException("interval of " + intervalMillis + " ms");
    }
    leaves = List.copyOf(leaves);
    selectors = List.copyOf(selectors);
  }

  public LeafPlan(
      GroupId id,
      Hash128 definition,
      EngineSettings engine,
      long firstMillis,
      long intervalMillis,
      long queryOffsetMillis,
      List<Leaf> leaves,
      List<SelectorReach> selectors) {
    this(
        id,
        definition,
        results(definition, engine, leaves),
        firstMillis,
        intervalMillis,
        queryOffsetMillis,
        leaves,
        selectors);
  }

  private static Hash128 results(Hash128 definition, EngineSettings engine, List<Leaf> leaves) {
    StringBuilder text = new StringBuilder();
    text.append(definition).append(' ').append(SplitExpr.VERSION);
    text.append(' ').append(engine.lookback().toMillis());
    text.append(' ').append(engine.defaultSubqueryStep().toMillis());
    text.append(' ').append(engine.delayedNameRemoval());
    text.append(' ').append(engine.typeAndUnitLabels());
    text.append(' ').append(engine.startTimestamps());
    for (Leaf leaf : leaves) {
      text.append('\n').append(leaf.kind()).append(' ').append(PromqlPrinter.print(leaf.expr()));
    }
    return Hash128.of(text.toString().getBytes(StandardCharsets.UTF_8));
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
