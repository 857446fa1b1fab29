package dev.weir.blocks.head;

import dev.weir.model.GroupKey;
import dev.weir.model.Hash128;
import dev.weir.model.Layout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A group's rows, by layout. Each series has a slot, the same under all layouts, so that a reader
/// finds a series' column in a layout by an array look-up. Layouts and slots are guarded by the
/// head's index lock; rows are read without it.
final class HeadGroup {
  private final GroupKey key;
  private final List<LayoutRows> layouts = new ArrayList<>();
  private final List<@Nullable HeadSeries> members = new ArrayList<>();
  private int[] freeSlots = new int[0];
  private int freeSlotCount;

  private volatile Due due = Due.IRREGULAR;

  /// When rows come.
  ///
  /// @param lastMillis the latest timestamp of a row
  /// @param nextMillis when the next row is due; 0 where nobody knows
  record Due(long lastMillis, long nextMillis) {
    static final Due IRREGULAR = new Due(Long.MIN_VALUE, 0);

    /// Rows that may be missing before nobody waits for the group any more.
    private static final int MISSED_ROWS = 3;

    /// Up to when nothing of the group can be missing, given that the log is read up to a time.
    long completeTo(long readToMillis) {
      if (nextMillis <= lastMillis) {
        return readToMillis;
      }
      long interval = nextMillis - lastMillis;
      boolean waitedFor = readToMillis <= lastMillis + MISSED_ROWS * interval;
      return waitedFor ? Math.min(readToMillis, nextMillis - 1) : readToMillis;
    }
  }

  HeadGroup(GroupKey key) {
    this.key = key;
  }

  GroupKey key() {
    return key;
  }

  Due due() {
    return due;
  }

  void due(long lastMillis, long nextMillis) {
    if (lastMillis >= due.lastMillis) {
      due = new Due(lastMillis, nextMillis);
    }
  }

  /// Layouts that have rows, in the order in which they came.
  List<LayoutRows> layouts() {
    return layouts;
  }

  @Nullable LayoutRows layout(Hash128 hash) {
    for (int i = layouts.size() - 1; i >= 0; i--) {
      if (layouts.get(i).layout().hash().equals(hash)) {
        return layouts.get(i);
      }
    }
    return null;
  }

  boolean isEmpty() {
    return layouts.isEmpty();
  }

  /// Takes in a layout whose series, in order of columns, are given.
  LayoutRows add(Layout layout, HeadSeries[] series) {
    int[] slots = new int[series.length];
    for (int column = 0; column < series.length; column++) {
      int slot = series[column].slotIn(this);
      if (slot < 0) {
        slot = takeSlot(series[column]);
        series[column].join(this, slot);
      }
      slots[column] = slot;
    }
    LayoutRows rows = new LayoutRows(layout, slots);
    layouts.add(rows);
    return rows;
  }

  private int takeSlot(HeadSeries series) {
    if (freeSlotCount > 0) {
      int slot = freeSlots[--freeSlotCount];
      members.set(slot, series);
      return slot;
    }
    members.add(series);
    return members.size() - 1;
  }

  /// Removes a layout and returns the series that left the group with it.
  List<HeadSeries> remove(LayoutRows gone) {
    layouts.remove(gone);
    List<HeadSeries> left = new ArrayList<>();
    for (int slot : gone.slots()) {
      HeadSeries series = members.get(slot);
      if (series != null && !isInAnyLayout(slot)) {
        members.set(slot, null);
        series.leave(this);
        left.add(series);
        if (freeSlotCount == freeSlots.length) {
          freeSlots = Arrays.copyOf(freeSlots, Math.max(8, freeSlotCount * 2));
        }
        freeSlots[freeSlotCount++] = slot;
      }
    }
    return left;
  }

  private boolean isInAnyLayout(int slot) {
    for (LayoutRows rows : layouts) {
      if (rows.columnOf(slot) >= 0) {
        return true;
      }
    }
    return false;
  }

  @Override
  public String toString() {
    return key.toString();
  }
}
