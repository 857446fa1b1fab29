package dev.weir.blocks.block;

import dev.weir.model.GroupKey;
import dev.weir.model.Labels;
import dev.weir.model.PartitionKey;
import dev.weir.model.SeriesMeta;
import dev.weir.model.TimeRange;
import dev.weir.model.source.Completeness;
import dev.weir.model.source.GroupColumns;
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
    TreeMap<Integer, Candidates> byGroup = new TreeMap<>();
    SeriesPage page = null;
    Candidates group = null;
    for (int id : seriesIds) {
      if (page == null || !page.mayHold(id)) {
        page = section.seriesPage(id);
      }
      SeriesPage.Indexed series = page.find(id);
      if (series == null) {
        throw section.notInRegion("series", id);
      }
      // Series of one group often follow each other.
      if (group == null || group.number != series.group()) {
        group =
            byGroup.computeIfAbsent(
                series.group(), number -> new Candidates(number, section.group(number)));
      }
      group.add(id, series, range);
    }
    List<Selected> selected = new ArrayList<>(byGroup.size());
    for (Candidates candidates : byGroup.values()) {
      if (!candidates.series.isEmpty()) {
        selected.add(select(candidates.number, candidates.entry.key(), candidates.series));
      }
    }
    return selected;
  }

  /// The series of a group that may be selected, in order of their numbers.
  private static final class Candidates {
    private final int number;
    private final GroupEntry entry;
    private final List<Numbered> series = new ArrayList<>();

    Candidates(int number, GroupEntry entry) {
      this.number = number;
      this.entry = entry;
    }

    void add(int id, SeriesPage.Indexed one, TimeRange range) {
      long first = entry.startMillis() + one.lateMillis();
      long last = entry.endMillis() - one.earlyMillis();
      // A series that has nothing but exemplars begins after it ends.
      if (first <= last && range.overlaps(first, last)) {
        series.add(new Numbered(id, one.meta()));
      }
    }
  }

  private record Numbered(int id, SeriesMeta meta) {}

  /// Numbers follow labels already, but for labels that sort before the metric's name.
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

  /// Series that stand in more than one group, with the numbers of the groups, ascending. Labels
  /// determine the partition key, so only groups with the same one can share a series.
  private static Map<Labels, List<Integer>> sharedSeries(Collection<Selected> groups) {
    Map<PartitionKey, List<Selected>> byPartitionKey = new HashMap<>();
    for (Selected group : groups) {
      byPartitionKey.computeIfAbsent(group.key.partitionKey(), _ -> new ArrayList<>(1)).add(group);
    }
    Map<Labels, List<Integer>> shared = new HashMap<>();
    for (List<Selected> ofKey : byPartitionKey.values()) {
      if (ofKey.size() > 1) {
        addShared(ofKey, shared);
      }
    }
    return shared;
  }

  private static void addShared(List<Selected> groups, Map<Labels, List<Integer>> shared) {
    Map<Labels, Integer> first = new HashMap<>();
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

    @Override
    public GroupColumns columns() {
      ColumnReader reader = new ColumnReader(section, selected.group, range);
      double[] values = new double[reader.timestamps().length];
      return GroupColumns.of(
          reader.timestamps(), series -> reader.read(selected.ids[series], values));
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
      GroupColumns opened = columns();
      List<GroupSamples.Column> columns = new ArrayList<>(series.size());
      for (int s = 0; s < series.size(); s++) {
        columns.add(opened.column(s));
      }
      return new GroupSamples(opened.timestampsMillis(), columns);
    }

    /// Each column has arrays of its own.
    @Override
    public GroupColumns columns() {
      List<ColumnReader> readers = new ArrayList<>();
      for (Selected part : parts) {
        readers.add(new ColumnReader(section, part.group, range));
      }
      GroupMerge merge = GroupMerge.of(readers.stream().map(ColumnReader::timestamps).toList());
      return GroupColumns.of(
          merge.timestampsMillis(),
          series -> {
            List<GroupSamples.@Nullable Column> ofParts = new ArrayList<>();
            for (int part = 0; part < ids.length; part++) {
              int id = ids[part][series];
              ofParts.add(id < 0 ? null : readers.get(part).read(id));
            }
            return merge.merge(ofParts);
          });
    }
  }
}
