package dev.weir.streams.window;

import dev.weir.model.GroupKey;
import dev.weir.model.Labels;
import dev.weir.model.Layout;
import dev.weir.model.Matcher;
import dev.weir.model.PartitionKey;
import dev.weir.model.Row;
import dev.weir.model.SeriesMeta;
import dev.weir.promql.eval.standing.StandingSelection;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The series of one tenant in a window. Which of them a selector selects is worked out once for as
/// long as no series of its metric comes, goes or moves, and which the columns of a layout are, for
/// as long as its own series stay: rules ask for the same again and again.
final class TenantWindow {
  /// Selectors whose selection is remembered; beyond them all are worked out anew.
  private static final int MAX_SELECTIONS = 10_000;

  private final TreeMap<GroupKey, WindowGroup> groups = new TreeMap<>();
  private final TreeMap<Labels, WindowSeries> series = new TreeMap<>();
  private final Map<String, Metric> metrics = new HashMap<>();
  private final Map<List<Matcher>, Selected> selections = new HashMap<>();

  /// The same, by the selector itself: to hash its matchers takes longer than what it selects.
  private final IdentityHashMap<List<Matcher>, Asked> asked = new IdentityHashMap<>();

  /// Grows whenever a series comes, goes or moves.
  private long changes;

  /// The series of one metric name.
  private static final class Metric {
    private final TreeMap<Labels, WindowSeries> series = new TreeMap<>();

    /// The changes of the window when one of these came, went or moved last.
    private long changedAt;
  }

  /// A selection, and the changes that it knows of.
  private record Selected(Selection selection, long at) {}

  /// A selector that was asked for.
  private record Asked(String name, Selected selected) {}

  /// Selected series of one group.
  ///
  /// @param metas of the series, in their order
  record OfGroup(GroupKey key, List<WindowSeries> series, List<SeriesMeta> metas) {}

  /// What a selector selects, whether there are samples or not.
  ///
  /// @param moved series that were in several groups
  /// @param standing what is told to standing expressions; null if series have moved
  record Selection(
      List<OfGroup> groups, List<WindowSeries> moved, @Nullable StandingSelection standing) {
    static final Selection NOTHING =
        new Selection(List.of(), List.of(), new StandingSelection(List.of()));
  }

  boolean isEmpty() {
    return groups.isEmpty();
  }

  /// All series, where they are now.
  Map<Labels, WindowSeries> series() {
    return series;
  }

  long rowCount() {
    long count = 0;
    for (WindowGroup group : groups.values()) {
      count += group.end() - group.start();
    }
    return count;
  }

  /// Adds the kept columns of a row.
  ///
  /// @param columns of the layout, ascending
  void add(GroupKey key, Layout layout, int[] columns, Row row) {
    WindowGroup group = groups.computeIfAbsent(key, WindowGroup::new);
    WindowSeries[] known = group.known(layout, columns);
    if (known != null) {
      group.add(row, known);
      return;
    }
    boolean moved = false;
    WindowSeries[] kept = new WindowSeries[layout.size()];
    for (int column : columns) {
      WindowSeries one = series(group, layout.series().get(column));
      kept[column] = one;
      moved |= one.before() != null || series.get(one.meta().labels()) != one;
    }
    if (!moved) {
      group.know(layout, columns, kept);
      group.add(row, kept);
      return;
    }
    @Nullable WindowSeries[] lacking = new WindowSeries[kept.length];
    for (int column : columns) {
      WindowSeries one = kept[column];
      lacking[column] = hasElsewhere(one, row.timestampMillis()) ? null : one;
    }
    group.add(row, lacking);
  }

  /// Whether the series has a sample of that time in another group that it was in: that one was
  /// added first, and stays.
  private boolean hasElsewhere(WindowSeries one, long timestampMillis) {
    for (WindowSeries part = series.get(one.meta().labels()); part != null; part = part.before()) {
      if (part != one) {
        WindowGroup group = part.group();
        int at = group.indexFrom(timestampMillis);
        if (at < group.end()
            && group.timestampMillis(at) == timestampMillis
            && !part.isEmpty(at, at + 1)) {
          return true;
        }
      }
    }
    return false;
  }

  private WindowSeries series(WindowGroup group, SeriesMeta meta) {
    WindowSeries known = series.get(meta.labels());
    if (known != null && known.group() == group) {
      return known;
    }
    for (WindowSeries earlier = known; earlier != null; earlier = earlier.before()) {
      if (earlier.group() == group) {
        // It came back to a group that it was in before, or a late row did.
        return earlier;
      }
    }
    WindowSeries created = new WindowSeries(meta, group, known);
    group.series().add(created);
    if (known != null) {
      known.group().forgetKnown();
    }
    put(created);
    return created;
  }

  /// Says where a series is now.
  private void put(WindowSeries now) {
    Labels labels = now.meta().labels();
    series.put(labels, now);
    Metric metric = metrics.computeIfAbsent(labels.metricName(), _ -> new Metric());
    metric.series.put(labels, now);
    metric.changedAt = ++changes;
  }

  /// Drops all rows before a time.
  void dropBefore(long timestampMillis) {
    Iterator<WindowGroup> all = groups.values().iterator();
    while (all.hasNext()) {
      WindowGroup group = all.next();
      group.dropBefore(timestampMillis).forEach(this::remove);
      if (group.isEmpty()) {
        group.series().forEach(this::remove);
        all.remove();
      }
    }
  }

  private void remove(WindowSeries gone) {
    Labels labels = gone.meta().labels();
    gone.group().forgetKnown();
    WindowSeries current = series.get(labels);
    if (current == gone) {
      WindowSeries before = gone.before();
      if (before == null) {
        forget(labels);
      } else {
        before.group().forgetKnown();
        put(before);
      }
    } else if (current != null) {
      current.forget(gone);
      current.group().forgetKnown();
      put(current);
    }
  }

  private void forget(Labels labels) {
    series.remove(labels);
    Metric metric = metrics.get(labels.metricName());
    if (metric != null) {
      metric.series.remove(labels);
      metric.changedAt = ++changes;
      if (metric.series.isEmpty()) {
        metrics.remove(labels.metricName());
      }
    }
  }

  /// What a selector selects. Valid until rows are added or dropped; the same object again while
  /// the series are the same.
  Selection selection(List<Matcher> matchers) {
    Asked before = asked.get(matchers);
    String name = before == null ? nameOf(matchers) : before.name;
    Metric metric = metrics.get(name);
    if (metric == null && !name.isEmpty()) {
      selections.remove(matchers);
      asked.remove(matchers);
      return Selection.NOTHING;
    }
    if (before != null && isCurrent(before.selected, metric)) {
      return before.selected.selection;
    }
    if (selections.size() >= MAX_SELECTIONS || asked.size() >= MAX_SELECTIONS) {
      forgetSelections();
    }
    Selected selected = selections.get(matchers);
    if (selected == null || !isCurrent(selected, metric)) {
      selected = new Selected(select(matchers, metric == null ? series : metric.series), changes);
      selections.put(matchers, selected);
    }
    asked.put(matchers, new Asked(name, selected));
    return selected.selection;
  }

  private boolean isCurrent(Selected selected, @Nullable Metric metric) {
    return selected.at >= (metric == null ? changes : metric.changedAt);
  }

  /// Forgets what selectors select: others are asked for from now on.
  void forgetSelections() {
    selections.clear();
    asked.clear();
  }

  /// The name that a selector gives; empty if it gives none.
  private static String nameOf(List<Matcher> matchers) {
    for (Matcher matcher : matchers) {
      if (matcher.type() == Matcher.Type.EQUAL && matcher.name().equals(Labels.NAME)) {
        return matcher.value();
      }
    }
    return "";
  }

  private static Selection select(List<Matcher> matchers, Map<Labels, WindowSeries> candidates) {
    TreeMap<GroupKey, List<WindowSeries>> byGroup = new TreeMap<>();
    List<WindowSeries> moved = new ArrayList<>();
    candidates.forEach((labels, one) -> {
      if (Matcher.allMatch(matchers, labels)) {
        if (one.before() == null) {
          byGroup.computeIfAbsent(one.group().key(), _ -> new ArrayList<>()).add(one);
        } else {
          moved.add(one);
        }
      }
    });
    List<OfGroup> ofGroups = new ArrayList<>(byGroup.size());
    byGroup.forEach((key, selected) ->
        ofGroups.add(
            new OfGroup(key, selected, selected.stream().map(WindowSeries::meta).toList())));
    boolean stands = moved.isEmpty() && ofGroups.stream().allMatch(TenantWindow::isDense);
    return new Selection(ofGroups, moved, stands ? standing(ofGroups) : null);
  }

  /// Whether the series of a group have a sample in most of its rows. Those of many senders, who
  /// share a hashed key, have not: each row is of one of them.
  private static boolean isDense(OfGroup of) {
    return of.key().partitionKey() instanceof PartitionKey.OfTarget;
  }

  private static StandingSelection standing(List<OfGroup> groups) {
    return new StandingSelection(
        groups.stream()
            .map(of ->
                new StandingSelection.Block(
                    of.series().getFirst().group(), List.copyOf(of.series())))
            .toList());
  }
}
