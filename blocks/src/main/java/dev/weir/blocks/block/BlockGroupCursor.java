package dev.weir.blocks.block;

import dev.weir.model.GroupKey;
import dev.weir.model.Labels;
import dev.weir.model.SeriesMeta;
import dev.weir.model.TimeRange;
import dev.weir.model.source.Completeness;
import dev.weir.model.source.GroupCursor;
import dev.weir.model.source.GroupSamples;
import dev.weir.model.source.SeriesGroup;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The selected groups of one section, in order of their keys.
///
/// A series may stand in two groups of a block, because its slice was split while the block's rows
/// were written. Such series come in a group of their own, merged, with the key of the last of the
/// groups that they stand in.
final class BlockGroupCursor implements GroupCursor {
  static final BlockGroupCursor EMPTY = new BlockGroupCursor(List.of());

  /// The selected series of one group, ordered by labels.
  record Selected(int group, GroupKey key, int[] ids, List<SeriesMeta> series) {}

  private final Iterator<SeriesGroup> groups;

  private BlockGroupCursor(List<SeriesGroup> groups) {
    this.groups = groups.iterator();
  }

  static BlockGroupCursor of(Section section, int[] seriesIds, TimeRange range) {
    Collection<Selected> selected = groupsOf(section, seriesIds, range);
    List<SeriesGroup> groups = new ArrayList<>(selected.size());
    Map<Labels, List<Integer>> shared = sharedSeries(selected);
    for (Selected group : selected) {
      Selected own = shared.isEmpty() ? group : without(group, shared.keySet());
      if (!own.series.isEmpty()) {
        groups.add(new OneGroup(section, own, range));
      }
    }
    if (!shared.isEmpty()) {
      groups.addAll(stitched(section, selected, shared, range));
    }
    return new BlockGroupCursor(groups);
  }

  /// The groups of series that have a sample in the range, as well as the index can tell.
  static Collection<Selected> groupsOf(Section section, int[] seriesIds, TimeRange range) {
    Map<Integer, GroupEntry> entries = new HashMap<>();
    TreeMap<Integer, List<Numbered>> byGroup = new TreeMap<>();
    for (int id : seriesIds) {
      SeriesEntry series = section.series(id);
      GroupEntry group = entries.computeIfAbsent(series.group(), section::group);
      if (range.overlaps(
          group.startMillis() + series.lateMillis(), group.endMillis() - series.earlyMillis())) {
        byGroup
            .computeIfAbsent(series.group(), _ -> new ArrayList<>())
            .add(new Numbered(id, section.meta(series)));
      }
    }
    List<Selected> selected = new ArrayList<>(byGroup.size());
    byGroup.forEach((group, series) -> {
      GroupEntry entry = entries.get(group);
      if (entry != null) {
        selected.add(select(group, entry.key(), series));
      }
    });
    return selected;
  }

  private record Numbered(int id, SeriesMeta meta) {}

  private static Selected select(int group, GroupKey key, List<Numbered> series) {
    series.sort(Comparator.comparing(numbered -> numbered.meta.labels()));
    int[] ids = new int[series.size()];
    List<SeriesMeta> metas = new ArrayList<>(ids.length);
    for (int i = 0; i < ids.length; i++) {
      ids[i] = series.get(i).id;
      metas.add(series.get(i).meta);
    }
    return new Selected(group, key, ids, List.copyOf(metas));
  }

  /// Series that stand in more than one group, with the numbers of the groups, ascending.
  private static Map<Labels, List<Integer>> sharedSeries(Collection<Selected> groups) {
    if (groups.size() < 2) {
      return Map.of();
    }
    Map<Labels, Integer> first = new HashMap<>();
    Map<Labels, List<Integer>> shared = new HashMap<>();
    for (Selected group : groups) {
      for (SeriesMeta series : group.series) {
        Integer other = first.putIfAbsent(series.labels(), group.group);
        if (other != null) {
          shared
              .computeIfAbsent(series.labels(), _ -> new ArrayList<>(List.of(other)))
              .add(group.group);
        }
      }
    }
    return shared;
  }

  private static Selected without(Selected group, Collection<Labels> excluded) {
    List<Numbered> kept = new ArrayList<>();
    for (int i = 0; i < group.ids.length; i++) {
      if (!excluded.contains(group.series.get(i).labels())) {
        kept.add(new Numbered(group.ids[i], group.series.get(i)));
      }
    }
    return select(group.group, group.key, kept);
  }

  private static List<SeriesGroup> stitched(
      Section section,
      Collection<Selected> selected,
      Map<Labels, List<Integer>> shared,
      TimeRange range) {
    Map<List<Integer>, Set<Labels>> byGroups = new HashMap<>();
    shared.forEach(
        (labels, groups) -> byGroups.computeIfAbsent(groups, _ -> new HashSet<>()).add(labels));
    List<SeriesGroup> result = new ArrayList<>();
    byGroups.forEach((groups, labels) -> {
      List<Selected> parts =
          selected.stream().filter(group -> groups.contains(group.group)).toList();
      result.add(StitchedGroup.of(section, parts, labels, range));
    });
    result.sort(Comparator.comparing(SeriesGroup::key));
    return result;
  }

  @Override
  public @Nullable SeriesGroup next() {
    return groups.hasNext() ? groups.next() : null;
  }

  @Override
  public Completeness completeness() {
    return Completeness.FULL;
  }

  @Override
  public void close() {
    // Nothing is held open.
  }

  private record OneGroup(Section section, Selected selected, TimeRange range)
      implements SeriesGroup {
    @Override
    public GroupKey key() {
      return selected.key;
    }

    @Override
    public List<SeriesMeta> series() {
      return selected.series;
    }

    @Override
    public GroupSamples read() {
      ColumnReader reader = new ColumnReader(section, selected.group, range);
      List<GroupSamples.Column> columns = new ArrayList<>(selected.ids.length);
      for (int id : selected.ids) {
        columns.add(reader.read(id));
      }
      return new GroupSamples(reader.timestamps(), columns);
    }
  }

  /// Series that all stand in the same groups.
  ///
  /// @param ids of each series in each part
  private record StitchedGroup(
      Section section, List<Selected> parts, List<SeriesMeta> series, int[][] ids, TimeRange range)
      implements SeriesGroup {
    static StitchedGroup of(
        Section section, List<Selected> parts, Set<Labels> labels, TimeRange range) {
      Selected last = parts.get(parts.size() - 1);
      List<SeriesMeta> series =
          last.series.stream().filter(meta -> labels.contains(meta.labels())).toList();
      int[][] ids = new int[parts.size()][series.size()];
      for (int part = 0; part < ids.length; part++) {
        Map<Labels, Integer> places = new HashMap<>();
        for (int i = 0; i < parts.get(part).ids.length; i++) {
          places.put(parts.get(part).series.get(i).labels(), parts.get(part).ids[i]);
        }
        for (int s = 0; s < series.size(); s++) {
          ids[part][s] = places.getOrDefault(series.get(s).labels(), -1);
        }
      }
      return new StitchedGroup(section, parts, series, ids, range);
    }

    @Override
    public GroupKey key() {
      return parts.get(parts.size() - 1).key;
    }

    @Override
    public GroupSamples read() {
      List<ColumnReader> readers = new ArrayList<>();
      for (Selected part : parts) {
        readers.add(new ColumnReader(section, part.group, range));
      }
      GroupMerge merge = GroupMerge.of(readers.stream().map(ColumnReader::timestamps).toList());
      List<GroupSamples.Column> columns = new ArrayList<>(series.size());
      for (int s = 0; s < series.size(); s++) {
        List<GroupSamples.@Nullable Column> ofParts = new ArrayList<>();
        for (int part = 0; part < ids.length; part++) {
          ofParts.add(ids[part][s] < 0 ? null : readers.get(part).read(ids[part][s]));
        }
        columns.add(merge.merge(ofParts));
      }
      return new GroupSamples(merge.timestampsMillis(), columns);
    }
  }
}
