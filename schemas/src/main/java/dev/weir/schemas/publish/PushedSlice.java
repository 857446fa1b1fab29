package dev.weir.schemas.publish;

import dev.weir.model.GroupKey;
import dev.weir.model.Layout;
import dev.weir.model.PartitionKey;
import dev.weir.model.SeriesMeta;
import dev.weir.model.Slice;
import dev.weir.schemas.publish.PushedSeries.Series;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// One slice of pushed series, which only grows. A series has a slot, in order of arrival, for
/// good; its column changes with every layout. When series leave, by a split or by idleness, those
/// that stay move to a fresh slice, and this one stays as it is for whoever still has rows of it.
///
/// Grown by one thread at a time, which [PushedSeries] sees to; read by several.
final class PushedSlice {

  /// A layout of this slice.
  ///
  /// @param columns the column of each slot
  record Columns(Layout layout, int[] columns) {}

  /// Tests a series and the grouping hash of its labels.
  interface Member {
    boolean test(Series series, long groupingHash);
  }

  /// Makes of a series the same series in another place.
  interface Moved {
    Series to(Series series, PushedSlice slice, int slot);
  }

  private final PartitionKey key;
  private final Slice number;
  private final List<Series> series = new ArrayList<>();
  private final List<SeriesMeta> metas = new ArrayList<>();
  private long[] hashes = new long[16];
  private int nextSplitCheck = Slice.MAX_SERIES + 1;
  private @Nullable Columns columns;

  PushedSlice(PartitionKey key, Slice number) {
    this.key = key;
    this.number = number;
  }

  PartitionKey key() {
    return key;
  }

  Slice number() {
    return number;
  }

  GroupKey group() {
    return new GroupKey(key, "", number);
  }

  synchronized int slotCount() {
    return metas.size();
  }

  synchronized void add(Series added, SeriesMeta meta, long groupingHash) {
    int slot = metas.size();
    series.add(added);
    metas.add(meta);
    if (slot == hashes.length) {
      hashes = Arrays.copyOf(hashes, 2 * slot);
    }
    hashes[slot] = groupingHash;
    columns = null;
  }

  synchronized void setType(int slot, SeriesMeta meta) {
    metas.set(slot, meta);
    columns = null;
  }

  /// Whether to split now. Looked at again only after growing by a tenth: a slice that cannot be
  /// split must not be sorted for every series it gets.
  synchronized boolean shouldSplit() {
    int size = metas.size();
    if (size < nextSplitCheck) {
      return false;
    }
    nextSplitCheck = size + size / 10;
    return SliceTree.shouldSplit(number, Arrays.copyOf(hashes, size));
  }

  /// Puts the members into another slice.
  ///
  /// @param moved makes the series that stands there for one of here
  /// @return those that stand there now
  synchronized List<Series> moveTo(PushedSlice other, Member member, Moved moved) {
    List<Series> there = new ArrayList<>();
    for (int slot = 0; slot < metas.size(); slot++) {
      if (member.test(series.get(slot), hashes[slot])) {
        Series one = moved.to(series.get(slot), other, other.slotCount());
        other.add(one, metas.get(slot), hashes[slot]);
        there.add(one);
      }
    }
    return there;
  }

  /// Forgets its series, which are elsewhere now; their labels stay for whoever has rows.
  synchronized void retire() {
    series.clear();
  }

  /// The series that pass the test, by identity.
  synchronized Set<Series> select(Predicate<Series> test) {
    Set<Series> selected = Collections.newSetFromMap(new IdentityHashMap<>());
    for (Series member : series) {
      if (test.test(member)) {
        selected.add(member);
      }
    }
    return selected;
  }

  /// The layout of all series so far.
  synchronized Columns columns() {
    Columns current = columns;
    if (current == null) {
      current = layOut();
      columns = current;
    }
    return current;
  }

  private Columns layOut() {
    Integer[] slots = new Integer[metas.size()];
    Arrays.setAll(slots, i -> i);
    Arrays.sort(slots, Comparator.comparing(slot -> metas.get(slot).labels()));
    List<SeriesMeta> ordered = new ArrayList<>(slots.length);
    int[] columnOfSlot = new int[slots.length];
    for (int column = 0; column < slots.length; column++) {
      ordered.add(metas.get(slots[column]));
      columnOfSlot[slots[column]] = column;
    }
    return new Columns(Layout.of(ordered), columnOfSlot);
  }
}
