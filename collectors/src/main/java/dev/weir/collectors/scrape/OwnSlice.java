package dev.weir.collectors.scrape;

import dev.weir.model.GroupKey;
import dev.weir.model.Layout;
import dev.weir.model.SeriesMeta;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/// One slice of a target's series: its members and their layout. For one thread.
final class OwnSlice {
  private final GroupKey group;
  private final List<Integer> members = new ArrayList<>();
  private Layout layout = Layout.of(List.of());
  private int[] memberOfColumn = {};
  private boolean changed = true;

  OwnSlice(GroupKey group) {
    this.group = group;
  }

  GroupKey group() {
    return group;
  }

  List<Integer> members() {
    return members;
  }

  void add(int member) {
    members.add(member);
    changed = true;
  }

  /// A member's type has changed, so the layout will.
  void touch() {
    changed = true;
  }

  /// Forgets the members from a number on, which were added last.
  void truncate(int firstForgotten) {
    changed |= members.removeIf(member -> member >= firstForgotten);
  }

  boolean isChanged() {
    return changed;
  }

  /// Orders the members into columns.
  ///
  /// @param metas of all of the target's members, by number
  void layOut(List<SeriesMeta> metas) {
    Integer[] ordered = members.toArray(Integer[]::new);
    Arrays.sort(ordered, Comparator.comparing(member -> metas.get(member).labels()));
    List<SeriesMeta> series = new ArrayList<>(ordered.length);
    memberOfColumn = new int[ordered.length];
    for (int column = 0; column < ordered.length; column++) {
      series.add(metas.get(ordered[column]));
      memberOfColumn[column] = ordered[column];
    }
    layout = Layout.of(series);
    changed = false;
  }

  Layout layout() {
    return layout;
  }

  int memberOfColumn(int column) {
    return memberOfColumn[column];
  }
}
