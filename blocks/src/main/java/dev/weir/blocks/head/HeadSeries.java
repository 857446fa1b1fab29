package dev.weir.blocks.head;

import dev.weir.model.Labels;
import dev.weir.model.MetricType;
import dev.weir.model.SeriesMeta;
import java.util.Arrays;

/// A series that has rows in the head, and the groups it has them in: nearly always one. It is in
/// two after a slice split or its target changed. Guarded by the head's index lock.
final class HeadSeries {
  private static final HeadGroup[] NO_GROUPS = {};
  private static final int[] NO_SLOTS = {};

  private final Labels labels;
  private SeriesMeta meta;
  private HeadGroup[] groups = NO_GROUPS;
  private int[] slots = NO_SLOTS;

  HeadSeries(SeriesMeta meta) {
    this.labels = meta.labels();
    this.meta = meta;
  }

  Labels labels() {
    return labels;
  }

  /// With the type that its newest layout gives it.
  SeriesMeta meta() {
    return meta;
  }

  void type(MetricType type) {
    if (meta.type() != type) {
      meta = new SeriesMeta(labels, type);
    }
  }

  boolean isAlive() {
    return groups.length > 0;
  }

  boolean isShared() {
    return groups.length > 1;
  }

  HeadGroup[] groups() {
    return groups;
  }

  /// The group that a reading puts all samples of the series into: the greatest by key, which after
  /// a slice split is the new slice.
  HeadGroup home() {
    HeadGroup home = groups[0];
    for (int i = 1; i < groups.length; i++) {
      if (groups[i].key().compareTo(home.key()) > 0) {
        home = groups[i];
      }
    }
    return home;
  }

  /// The number of the series within a group, or -1.
  int slotIn(HeadGroup group) {
    for (int i = 0; i < groups.length; i++) {
      if (groups[i] == group) {
        return slots[i];
      }
    }
    return -1;
  }

  void join(HeadGroup group, int slot) {
    int at = groups.length;
    groups = Arrays.copyOf(groups, at + 1);
    slots = Arrays.copyOf(slots, at + 1);
    groups[at] = group;
    slots[at] = slot;
  }

  void leave(HeadGroup group) {
    for (int i = 0; i < groups.length; i++) {
      if (groups[i] == group) {
        groups = without(groups, i);
        int[] remaining = new int[slots.length - 1];
        System.arraycopy(slots, 0, remaining, 0, i);
        System.arraycopy(slots, i + 1, remaining, i, remaining.length - i);
        slots = remaining;
        return;
      }
    }
  }

  private static HeadGroup[] without(HeadGroup[] groups, int index) {
    HeadGroup[] remaining = new HeadGroup[groups.length - 1];
    System.arraycopy(groups, 0, remaining, 0, index);
    System.arraycopy(groups, index + 1, remaining, index, remaining.length - index);
    return remaining;
  }

  @Override
  public String toString() {
    return labels.toString();
  }
}
