package dev.weir.blocks.head;

import dev.weir.model.Exemplar;
import dev.weir.model.GroupKey;
import dev.weir.model.Row;
import dev.weir.model.SeriesMeta;
import dev.weir.model.TimeRange;
import dev.weir.model.source.ExemplarCollection;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Rows of one layout that may have exemplars of selected series.
///
/// @param from index of the first row
/// @param to index after the last row
/// @param byColumn the selected series among the layout's
record HeadExemplars(LayoutRows.Snapshot rows, int from, int to, @Nullable Owner[] byColumn) {
  record Owner(GroupKey group, SeriesMeta series) {}

  /// Fixes the rows of series. Called under the index lock.
  static List<HeadExemplars> of(Collection<HeadSeries> series, OffsetSpan visible) {
    Map<LayoutRows, @Nullable Owner[]> byLayout = new LinkedHashMap<>();
    for (HeadSeries one : series) {
      for (HeadGroup group : one.groups()) {
        int slot = one.slotIn(group);
        for (LayoutRows rows : group.layouts()) {
          int column = rows.mayHaveExemplars() ? rows.columnOf(slot) : -1;
          if (column >= 0) {
            byLayout.computeIfAbsent(rows, _ -> new @Nullable Owner[rows.layout().size()])[column] =
                new Owner(group.key(), one.meta());
          }
        }
      }
    }
    List<HeadExemplars> selected = new ArrayList<>();
    byLayout.forEach((rows, byColumn) -> {
      LayoutRows.Snapshot snapshot = rows.snapshot();
      int from = snapshot.indexOf(visible.from());
      int to = snapshot.indexOf(visible.to());
      if (from < to) {
        selected.add(new HeadExemplars(snapshot, from, to, byColumn));
      }
    });
    return selected;
  }

  /// Collects those that were observed in a range.
  void collect(TimeRange range, ExemplarCollection into) {
    for (int i = from; i < to; i++) {
      Row row = rows.rows()[i];
      for (Row.ColumnExemplar one : row.exemplars()) {
        Owner owner = byColumn[one.column()];
        Exemplar exemplar = one.exemplar().orAt(row.timestampMillis());
        if (owner != null && range.contains(exemplar.timestampMillis().orElseThrow())) {
          into.add(owner.group, owner.series, exemplar);
        }
      }
    }
  }
}
