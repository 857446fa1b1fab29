package dev.weir.blocks.head;

import dev.weir.model.Layout;
import dev.weir.model.Row;
import dev.weir.model.TimeRange;
import java.util.Arrays;
import java.util.List;

/// The rows that one group has under one layout, in order of their offsets; rows of one record in
/// the order of the record. One thread changes them, any number reads a [Snapshot] without locks.
final class LayoutRows {
  /// The rows at one moment. Entries below `size` are never written again.
  ///
  /// @param minMillis the earliest timestamp, or a lower bound of it
  /// @param maxMillis the latest timestamp, or an upper bound of it
  record Snapshot(long[] offsets, Row[] rows, int size, long minMillis, long maxMillis) {
    static final Snapshot EMPTY =
        new Snapshot(new long[0], new Row[0], 0, Long.MAX_VALUE, Long.MIN_VALUE);

    /// Index of the first row whose offset is not below the given one.
    int indexOf(long offset) {
      int low = 0;
      int high = size;
      while (low < high) {
        int middle = (low + high) >>> 1;
        if (offsets[middle] < offset) {
          low = middle + 1;
        } else {
          high = middle;
        }
      }
      return low;
    }

    /// Whether there may be rows with these offsets and times.
    boolean overlaps(OffsetSpan visible, TimeRange range) {
      return size > 0
          && range.overlaps(minMillis, maxMillis)
          && offsets[size - 1] >= visible.from()
          && offsets[0] < visible.to();
    }
  }

  private final Layout layout;

  /// Slots of the layout's series in their group, by column.
  private final int[] slots;

  /// Columns by slot, -1 where this layout lacks the series.
  private final int[] columns;

  private volatile Snapshot snapshot = Snapshot.EMPTY;
  private volatile boolean mayHaveExemplars;

  LayoutRows(Layout layout, int[] slots) {
    this.layout = layout;
    this.slots = slots;
    int highest = -1;
    for (int slot : slots) {
      highest = Math.max(highest, slot);
    }
    this.columns = new int[highest + 1];
    Arrays.fill(columns, -1);
    for (int column = 0; column < slots.length; column++) {
      columns[slots[column]] = column;
    }
  }

  Layout layout() {
    return layout;
  }

  int[] slots() {
    return slots;
  }

  /// The column of the series with this slot, or -1.
  int columnOf(int slot) {
    return slot < columns.length ? columns[slot] : -1;
  }

  Snapshot snapshot() {
    return snapshot;
  }

  /// Whether any row ever had exemplars.
  boolean mayHaveExemplars() {
    return mayHaveExemplars;
  }

  boolean isEmpty() {
    return snapshot.size == 0;
  }

  void append(long offset, List<Row> more) {
    Snapshot before = snapshot;
    int count = more.size();
    int size = before.size + count;
    int at = before.indexOf(offset + 1);
    long[] offsets = before.offsets;
    Row[] rows = before.rows;
    if (size > offsets.length || at < before.size) {
      // A row that waited for its layout goes before later ones; readers keep the old arrays.
      int capacity = at < before.size ? size : Math.max(size, Math.max(4, offsets.length * 2));
      offsets = Arrays.copyOf(offsets, capacity);
      rows = Arrays.copyOf(rows, capacity);
      System.arraycopy(before.offsets, at, offsets, at + count, before.size - at);
      System.arraycopy(before.rows, at, rows, at + count, before.size - at);
    }
    long min = before.minMillis;
    long max = before.maxMillis;
    for (int i = 0; i < count; i++) {
      Row row = more.get(i);
      offsets[at + i] = offset;
      rows[at + i] = row;
      min = Math.min(min, row.timestampMillis());
      max = Math.max(max, row.timestampMillis());
      if (!row.exemplars().isEmpty() && !mayHaveExemplars) {
        mayHaveExemplars = true;
      }
    }
    snapshot = new Snapshot(offsets, rows, size, min, max);
  }

  /// Drops the rows below an offset and returns the snapshot from before, whose first
  /// `before.indexOf(offset)` rows are those that went.
  Snapshot dropBelow(long offset) {
    Snapshot before = snapshot;
    int from = before.indexOf(offset);
    if (from == 0) {
      return before;
    }
    if (from == before.size) {
      snapshot = Snapshot.EMPTY;
      return before;
    }
    long min = Long.MAX_VALUE;
    long max = Long.MIN_VALUE;
    for (int i = from; i < before.size; i++) {
      min = Math.min(min, before.rows[i].timestampMillis());
      max = Math.max(max, before.rows[i].timestampMillis());
    }
    snapshot =
        new Snapshot(
            Arrays.copyOfRange(before.offsets, from, before.size),
            Arrays.copyOfRange(before.rows, from, before.size),
            before.size - from,
            min,
            max);
    return before;
  }
}
