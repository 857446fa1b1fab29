package dev.weir.blocks.head;

import dev.weir.model.GroupKey;
import dev.weir.model.SeriesMeta;
import dev.weir.model.TimeRange;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The selected series of one group, in order of labels, and the rows that hold their samples.
record HeadSelection(GroupKey key, List<SeriesMeta> series, List<RowRun> runs) {

  /// Fixes the rows of series whose home is a group; null if there are none in the ranges. Called
  /// under the index lock.
  static @Nullable HeadSelection of(
      HeadGroup home, List<HeadSeries> selected, OffsetSpan visible, TimeRange range) {
    List<HeadSeries> ordered = inOrderOfLabels(home, selected);
    List<RowRun> runs = new ArrayList<>();
    for (HeadGroup group : groupsOf(home, ordered)) {
      int[] slots = new int[ordered.size()];
      for (int output = 0; output < slots.length; output++) {
        slots[output] = ordered.get(output).slotIn(group);
      }
      for (LayoutRows rows : group.layouts()) {
        RowRun run = run(rows, slots, visible, range);
        if (run != null) {
          runs.add(run);
        }
      }
    }
    if (runs.isEmpty()) {
      return null;
    }
    List<SeriesMeta> series = new ArrayList<>(ordered.size());
    for (HeadSeries one : ordered) {
      series.add(one.meta());
    }
    return new HeadSelection(home.key(), series, runs);
  }

  /// Sorts by column of the group's newest layout, whose columns are in order of labels; only
  /// series that this layout lacks make it compare labels.
  private static List<HeadSeries> inOrderOfLabels(HeadGroup home, List<HeadSeries> selected) {
    LayoutRows newest = home.layouts().getLast();
    int[] columns = new int[selected.size()];
    HeadSeries[] byColumn = new HeadSeries[newest.layout().size()];
    for (int i = 0; i < columns.length; i++) {
      columns[i] = newest.columnOf(selected.get(i).slotIn(home));
      if (columns[i] < 0) {
        List<HeadSeries> sorted = new ArrayList<>(selected);
        sorted.sort(Comparator.comparing(HeadSeries::labels));
        return sorted;
      }
      byColumn[columns[i]] = selected.get(i);
    }
    Arrays.sort(columns);
    List<HeadSeries> sorted = new ArrayList<>(columns.length);
    for (int column : columns) {
      sorted.add(byColumn[column]);
    }
    return sorted;
  }

  private static Collection<HeadGroup> groupsOf(HeadGroup home, List<HeadSeries> series) {
    Set<HeadGroup> groups = null;
    for (HeadSeries one : series) {
      if (one.isShared()) {
        if (groups == null) {
          groups = new LinkedHashSet<>(List.of(home));
        }
        groups.addAll(List.of(one.groups()));
      }
    }
    return groups == null ? List.of(home) : groups;
  }

  private static @Nullable RowRun run(
      LayoutRows rows, int[] slots, OffsetSpan visible, TimeRange range) {
    LayoutRows.Snapshot snapshot = rows.snapshot();
    if (!snapshot.overlaps(visible, range)) {
      return null;
    }
    int from = snapshot.indexOf(visible.from());
    int to = snapshot.indexOf(visible.to());
    int[] columns = new int[slots.length];
    int[] outputs = new int[slots.length];
    int count = 0;
    for (int output = 0; output < slots.length; output++) {
      int column = slots[output] < 0 ? -1 : rows.columnOf(slots[output]);
      if (column >= 0) {
        columns[count] = column;
        outputs[count++] = output;
      }
    }
    return from >= to || count == 0
        ? null
        : new RowRun(
            snapshot,
            from,
            to,
            Arrays.copyOf(columns, count),
            Arrays.copyOf(outputs, count),
            rows.layout().size());
  }

  /// Leaves out series that have no sample in the range; null if none has.
  @Nullable HeadSelection withSamplesIn(TimeRange range) {
    boolean[] present = new boolean[series.size()];
    int count = 0;
    for (int r = runs.size() - 1; r >= 0 && count < present.length; r--) {
      count += runs.get(r).markPresent(range, present);
    }
    if (count == 0) {
      return null;
    }
    if (count == present.length) {
      return this;
    }
    int[] newOutputs = new int[present.length];
    List<SeriesMeta> kept = new ArrayList<>(count);
    for (int output = 0; output < present.length; output++) {
      newOutputs[output] = present[output] ? kept.size() : -1;
      if (present[output]) {
        kept.add(series.get(output));
      }
    }
    List<RowRun> keptRuns = new ArrayList<>(runs.size());
    for (RowRun run : runs) {
      RowRun renumbered = run.renumbered(newOutputs);
      if (renumbered.columns().length > 0) {
        keptRuns.add(renumbered);
      }
    }
    return new HeadSelection(key, kept, keptRuns);
  }
}
