package dev.weir.streams.leaf;

import static java.util.Objects.requireNonNull;

import dev.weir.model.GroupKey;
import dev.weir.model.Hash128;
import dev.weir.model.Layout;
import dev.weir.model.PartitionKey;
import dev.weir.model.Row;
import dev.weir.model.Tenant;
import dev.weir.promql.eval.QueryEngine;
import dev.weir.rules.alert.SilentTargets;
import dev.weir.streams.definition.GroupId;
import dev.weir.streams.definition.LeafPlan;
import dev.weir.streams.definition.LeafPlans;
import dev.weir.streams.leaf.ColumnSelection.Selected;
import dev.weir.streams.partial.Partial;
import dev.weir.streams.window.RowWindow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongFunction;

/// One partition's share in the evaluation of all rule groups: takes rows in the order of their
/// offsets, and gives the partial result of each group and time as soon as it is complete. Knows
/// nothing of Kafka, nor of how its state survives. For one thread.
///
/// Evaluation times of a group come in order, each once. A row that comes after the evaluation of
/// its time is in later ones.
final class LeafShard {
  private record LayoutOf(Tenant tenant, Hash128 layout) {}

  /// What was worked out for a group, and when it last had a row.
  private record Known(Layout layout, Selected selected, long lastRowMillis) {}

  /// A group without rows for so long is forgotten, and no alert is kept up any longer because its
  /// rows do not come.
  private static final long FORGET_AFTER_MILLIS = Duration.ofHours(1).toMillis();

  /// Evaluations of a group at a time, when it has fallen behind: a transaction lasts seconds.
  static final int MAX_EVALUATIONS = 20;

  private final int partition;
  private final QueryEngine engine;
  private final DueRows due;
  private final LongFunction<Set<GroupKey>> parked;
  private final RowWindow window = new RowWindow();
  private final IdentityHashMap<LeafPlan, LeafEvaluator> evaluators = new IdentityHashMap<>();
  private final Map<GroupId, Long> nextMillis = new HashMap<>();
  private final Map<String, Long> cut = new HashMap<>();

  private LeafPlans plans = LeafPlans.NONE;
  private ColumnSelection selection = new ColumnSelection(LeafPlans.NONE);
  private final Map<LayoutOf, Selected> selectedOfLayout = new HashMap<>();
  private final Map<GroupKey, Known> known = new HashMap<>();
  private final Map<GroupId, Set<GroupKey>> needed = new HashMap<>();

  /// No group has an evaluation time before this.
  private long earliestMillis = Long.MIN_VALUE;

  /// @param boundMillis the longest wait for a row that is due
  /// @param parked the groups that have rows which cannot be read yet, appended since a time
  LeafShard(
      int partition, QueryEngine engine, long boundMillis, LongFunction<Set<GroupKey>> parked) {
    this.partition = partition;
    this.engine = requireNonNull(engine, "engine");
    this.due = new DueRows(boundMillis);
    this.parked = requireNonNull(parked, "parked");
  }

  /// Takes over where a group goes on, from before a restart.
  ///
  /// @param millis no evaluation time before this one is evaluated (again)
  void resume(GroupId group, long millis) {
    nextMillis.put(group, millis);
  }

  /// Takes over the versions of rule groups that hold from now on.
  ///
  /// Columns that no rule selected before are kept from here on; what was before comes by [#past].
  void plans(LeafPlans changed) {
    if (changed.version() == plans.version()) {
      return;
    }
    plans = changed;
    earliestMillis = Long.MIN_VALUE;
    selection = new ColumnSelection(changed);
    window.forgetSelections();
    selectedOfLayout.clear();
    Set<LeafPlan> there = Collections.newSetFromMap(new IdentityHashMap<>());
    there.addAll(changed.all());
    evaluators.keySet().removeIf(plan -> !there.contains(plan));
    nextMillis.keySet().removeIf(group -> !changed.byGroup().containsKey(group));
    needed.clear();
    known.replaceAll((group, before) -> {
      Selected selected = selected(group.tenant(), before.layout());
      need(group, selected);
      return new Known(before.layout(), selected, before.lastRowMillis());
    });
  }

  private void need(GroupKey group, Selected selected) {
    for (GroupId rules : selected.groups()) {
      needed.computeIfAbsent(rules, _ -> new HashSet<>()).add(group);
    }
    if (selected.groups().isEmpty()) {
      due.forget(group);
    }
  }

  /// The columns of a layout that some rule selects.
  Selected selected(Tenant tenant, Layout layout) {
    return selectedOfLayout.computeIfAbsent(
        new LayoutOf(tenant, layout.hash()), _ -> selection.of(tenant, layout));
  }

  /// Says how far the inputs are read.
  ///
  /// @param offset after the last record that was read
  void read(String topic, long offset) {
    cut.put(topic, offset);
  }

  /// Adds rows.
  ///
  /// @param nextDueMillis when the group's next row is due
  /// @param appendedMillis when they were appended
  void rows(
      GroupKey group,
      Layout layout,
      List<Row> rows,
      OptionalLong nextDueMillis,
      long appendedMillis) {
    Selected selected = selected(group.tenant(), layout);
    remember(group, layout, selected, rows.getLast().timestampMillis());
    if (selected.groups().isEmpty()) {
      return;
    }
    for (Row row : rows) {
      window.add(group, layout, selected.columns(), row);
      due.row(group, row.timestampMillis(), nextDueMillis, appendedMillis);
    }
  }

  /// Adds rows of the past, which nothing waits for.
  void past(GroupKey group, Layout layout, List<Row> rows) {
    int[] columns = selected(group.tenant(), layout).columns();
    rows.forEach(row -> window.add(group, layout, columns, row));
  }

  private void remember(GroupKey group, Layout layout, Selected selected, long rowMillis) {
    Known before = known.get(group);
    long last = before == null ? rowMillis : Math.max(rowMillis, before.lastRowMillis());
    known.put(group, new Known(layout, selected, last));
    if (before != null && before.layout().hash().equals(layout.hash())) {
      return;
    }
    if (before != null) {
      unneed(group, before.selected());
    }
    need(group, selected);
  }

  private void unneed(GroupKey group, Selected selected) {
    for (GroupId rules : selected.groups()) {
      Set<GroupKey> rows = needed.get(rules);
      if (rows != null) {
        rows.remove(group);
      }
    }
  }

  /// Evaluates what is complete.
  ///
  /// @param readToMillis all that was appended before this time has been given to [#rows]
  /// @param waiting groups that are not evaluated yet
  /// @param results takes the partial results, each group's in the order of their times; at most
  ///   [#MAX_EVALUATIONS] of a group at once, the others with the next call
  void evaluate(long readToMillis, Set<GroupId> waiting, Consumer<Partial> results) {
    if (readToMillis < earliestMillis) {
      return;
    }
    plans
        .byGroup()
        .forEach((group, versions) -> {
          if (!waiting.contains(group)) {
            evaluate(group, versions, readToMillis, results);
          }
        });
    earliestMillis = Long.MAX_VALUE;
    plans
        .byGroup()
        .forEach((group, versions) ->
            earliestMillis = Math.min(earliestMillis, nextTime(group, next(group, versions))));
  }

  private void evaluate(
      GroupId group, List<LeafPlan> versions, long readToMillis, Consumer<Partial> results) {
    Set<GroupKey> rows = needed.getOrDefault(group, Set.of());
    for (int count = 0; count < MAX_EVALUATIONS; count++) {
      LeafPlan plan = next(group, versions);
      long time = nextTime(group, plan);
      if (time > readToMillis || due.waitUntil(rows, time) > readToMillis) {
        return;
      }
      results.accept(partial(plan, time));
      nextMillis.put(group, time + 1);
    }
  }

  /// Whether the time of an evaluation has come, so that it waits for rows, or for the news that
  /// there are none.
  boolean isDue(long nowMillis) {
    return earliestMillis <= nowMillis;
  }

  /// The next evaluation time of a group; `Long.MAX_VALUE` if there is no such group.
  long nextMillis(GroupId group) {
    List<LeafPlan> versions = plans.byGroup().get(group);
    return versions == null ? Long.MAX_VALUE : nextTime(group, next(group, versions));
  }

  private long nextTime(GroupId group, LeafPlan plan) {
    Long from = nextMillis.get(group);
    return from == null ? plan.firstMillis() : plan.timeFrom(from);
  }

  /// The version that the next evaluation time belongs to: the last whose first time it has
  /// reached.
  private LeafPlan next(GroupId group, List<LeafPlan> versions) {
    LeafPlan next = versions.getFirst();
    for (LeafPlan version : versions.subList(1, versions.size())) {
      if (nextTime(group, next) >= version.firstMillis()) {
        next = version;
      }
    }
    return next;
  }

  private Partial partial(LeafPlan plan, long timestampMillis) {
    LeafEvaluator evaluator =
        evaluators.computeIfAbsent(plan, of -> new LeafEvaluator(of, engine, window));
    return new Partial(
        plan.id(),
        plan.results(),
        timestampMillis,
        partition,
        cut,
        evaluator.evaluate(timestampMillis),
        silentTargets(plan, timestampMillis));
  }

  private SilentTargets silentTargets(LeafPlan plan, long timestampMillis) {
    List<SilentTargets.Target> targets = new ArrayList<>();
    Set<GroupKey> inputs = needed.getOrDefault(plan.id(), Set.of());
    Set<GroupKey> unheard =
        new HashSet<>(due.unheard(inputs, timestampMillis - plan.queryOffsetMillis()));
    for (GroupKey rows : parked.apply(timestampMillis - FORGET_AFTER_MILLIS)) {
      // Nobody can tell whether the rules select any of their columns.
      if (rows.tenant().equals(plan.id().tenant())) {
        unheard.add(rows);
      }
    }
    for (GroupKey rows : unheard) {
      // Rows of several targets are pushed, and pushed rows are never due.
      if (rows.partitionKey() instanceof PartitionKey.OfTarget(_, String job, String instance)) {
        targets.add(new SilentTargets.Target(job, instance));
      }
    }
    return SilentTargets.of(targets);
  }

  /// Drops the rows that no evaluation to come looks back on.
  ///
  /// @return the time before which rows were dropped
  long drop(long readToMillis) {
    long oldest = readToMillis;
    for (LeafPlan plan : plans.all()) {
      long next = Math.min(nextTime(plan.id(), plan), readToMillis);
      oldest = Math.min(oldest, next - plan.reachMillis());
    }
    window.dropBefore(oldest);
    forgetSilent(readToMillis - FORGET_AFTER_MILLIS);
    return oldest;
  }

  private void forgetSilent(long beforeMillis) {
    known
        .entrySet()
        .removeIf(entry -> {
          boolean silent = entry.getValue().lastRowMillis() < beforeMillis;
          if (silent) {
            unneed(entry.getKey(), entry.getValue().selected());
            due.forget(entry.getKey());
          }
          return silent;
        });
    Set<LayoutOf> used = new HashSet<>();
    known.forEach((group, one) -> used.add(new LayoutOf(group.tenant(), one.layout().hash())));
    selectedOfLayout.keySet().retainAll(used);
  }

  /// Of how many scraped groups each rule group has come to miss the rows, without any word that
  /// they ended.
  Map<GroupId, Integer> silentInputs(long readToMillis) {
    Map<GroupId, Integer> silent = new HashMap<>();
    for (GroupId group : plans.byGroup().keySet()) {
      silent.put(group, due.silent(needed.getOrDefault(group, Set.of()), readToMillis).size());
    }
    return silent;
  }

  RowWindow window() {
    return window;
  }
}
