package dev.weir.blocks.merge;

import static java.util.Objects.requireNonNull;

import dev.weir.model.GroupKey;
import dev.weir.model.Labels;
import dev.weir.model.SeriesMeta;
import dev.weir.model.Slice;
import dev.weir.model.source.SeriesGroup;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Decides which series of which sources' groups make a merged group.
///
/// Groups with the same key go together. A series can be under two keys only if they have the same
/// partition key (it follows from the series' labels) and neither the slices nor the sources keep
/// them apart; only such keys are searched for series that they share. Series that are under the
/// same set of keys then make one merged group: after slice 1 split into 2 and 3, its series form
/// {1, 2} and {1, 3}, and each has the timestamps of both.
final class GroupPlan {
  private GroupPlan() {}

  /// A group and the place of its source in the order of precedence.
  private record Placed(int precedence, SeriesGroup group) {}

  /// @param bySource the groups of each source, in order of precedence
  /// @return merged groups in order of their keys
  static List<SeriesGroup> merge(List<List<SeriesGroup>> bySource) {
    TreeMap<GroupKey, List<Placed>> byKey = new TreeMap<>();
    for (int source = 0; source < bySource.size(); source++) {
      for (SeriesGroup group : bySource.get(source)) {
        byKey.computeIfAbsent(group.key(), _ -> new ArrayList<>(4)).add(new Placed(source, group));
      }
    }
    List<SeriesGroup> merged = new ArrayList<>(byKey.size());
    List<Map.Entry<GroupKey, List<Placed>>> neighbours = new ArrayList<>();
    for (Map.Entry<GroupKey, List<Placed>> entry : byKey.entrySet()) {
      if (!neighbours.isEmpty()
          && !neighbours.getLast().getKey().partitionKey().equals(entry.getKey().partitionKey())) {
        addMerged(neighbours, merged);
        neighbours.clear();
      }
      neighbours.add(entry);
    }
    addMerged(neighbours, merged);
    return merged;
  }

  /// Adds the merged groups of one partition key.
  private static void addMerged(
      List<Map.Entry<GroupKey, List<Placed>>> neighbours, List<SeriesGroup> merged) {
    if (mayShareSeries(neighbours)) {
      addByKeySets(neighbours, merged);
    } else {
      addByKey(neighbours, merged);
    }
  }

  private static void addByKey(
      List<Map.Entry<GroupKey, List<Placed>>> entries, List<SeriesGroup> merged) {
    for (Map.Entry<GroupKey, List<Placed>> entry : entries) {
      List<SeriesGroup> groups = groups(entry.getValue());
      merged.add(
          groups.size() == 1
              ? groups.getFirst()
              : new MergedGroup(entry.getKey(), union(groups), inputs(groups)));
    }
  }

  private static boolean mayShareSeries(List<Map.Entry<GroupKey, List<Placed>>> entries) {
    for (int i = 0; i < entries.size(); i++) {
      for (int j = i + 1; j < entries.size(); j++) {
        if (mayShareSeries(entries.get(i).getKey(), entries.get(j).getKey())) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean mayShareSeries(GroupKey a, GroupKey b) {
    return !a.target().equals(b.target())
        || contains(a.slice(), b.slice())
        || contains(b.slice(), a.slice());
  }

  private static boolean contains(Slice outer, Slice inner) {
    int levels = inner.depth() - outer.depth();
    return levels >= 0 && inner.number() >>> levels == outer.number();
  }

  private static List<SeriesGroup> groups(List<Placed> placed) {
    return placed.stream().map(Placed::group).toList();
  }

  private static List<MergedGroup.Input> inputs(List<SeriesGroup> groups) {
    return groups.stream()
        .map(group -> new MergedGroup.Input(group.series(), group::columns))
        .toList();
  }

  /// The series of all groups, each once, in order of labels.
  private static List<SeriesMeta> union(List<SeriesGroup> groups) {
    List<SeriesMeta> union = groups.getFirst().series();
    for (int i = 1; i < groups.size(); i++) {
      union = union(union, groups.get(i).series());
    }
    return union;
  }

  /// Merges two ordered lists; where both have a series, the later source knows its type better.
  private static List<SeriesMeta> union(List<SeriesMeta> a, List<SeriesMeta> b) {
    if (sameLabels(a, b)) {
      return b;
    }
    List<SeriesMeta> union = new ArrayList<>(Math.max(a.size(), b.size()) + 8);
    int i = 0;
    int j = 0;
    while (i < a.size() && j < b.size()) {
      int order = a.get(i).labels().compareTo(b.get(j).labels());
      union.add(order < 0 ? a.get(i) : b.get(j));
      i += order <= 0 ? 1 : 0;
      j += order >= 0 ? 1 : 0;
    }
    union.addAll(a.subList(i, a.size()));
    union.addAll(b.subList(j, b.size()));
    return union;
  }

  private static boolean sameLabels(List<SeriesMeta> a, List<SeriesMeta> b) {
    if (a.size() != b.size()) {
      return false;
    }
    for (int i = 0; i < a.size(); i++) {
      if (!a.get(i).labels().equals(b.get(i).labels())) {
        return false;
      }
    }
    return true;
  }

  /// A series and the keys that it is under, as places in the list of keys.
  private static final class Membership {
    private final BitSet keys = new BitSet();
    private SeriesMeta series;

    Membership(SeriesMeta series) {
      this.series = series;
    }
  }

  /// Groups series by the set of keys that they are under.
  private static void addByKeySets(
      List<Map.Entry<GroupKey, List<Placed>>> entries, List<SeriesGroup> merged) {
    Map<BitSet, List<SeriesMeta>> seriesByKeys = new HashMap<>();
    for (Membership membership : memberships(entries)) {
      seriesByKeys.computeIfAbsent(membership.keys, _ -> new ArrayList<>()).add(membership.series);
    }
    if (seriesByKeys.keySet().stream().allMatch(keys -> keys.cardinality() == 1)) {
      addByKey(entries, merged);
      return;
    }
    IdentityHashMap<SeriesGroup, SharedSamples> samples = new IdentityHashMap<>();
    for (BitSet keys : seriesByKeys.keySet()) {
      for (Placed placed : under(keys, entries)) {
        samples.computeIfAbsent(placed.group(), SharedSamples::new).addReader();
      }
    }
    List<SeriesGroup> groups = new ArrayList<>(seriesByKeys.size());
    seriesByKeys.forEach((keys, series) -> {
      series.sort(Comparator.comparing(SeriesMeta::labels));
      List<MergedGroup.Input> inputs = new ArrayList<>();
      for (Placed placed : under(keys, entries)) {
        inputs.add(
            new MergedGroup.Input(
                placed.group().series(), requireNonNull(samples.get(placed.group()))::columns));
      }
      GroupKey newest = entries.get(keys.length() - 1).getKey();
      groups.add(new MergedGroup(newest, series, inputs));
    });
    groups.sort(
        Comparator.comparing(SeriesGroup::key)
            .thenComparing(group -> group.series().getFirst().labels()));
    merged.addAll(groups);
  }

  private static Collection<Membership> memberships(
      List<Map.Entry<GroupKey, List<Placed>>> entries) {
    Map<Labels, Membership> memberships = new HashMap<>();
    for (int key = 0; key < entries.size(); key++) {
      for (Placed placed : entries.get(key).getValue()) {
        for (SeriesMeta series : placed.group().series()) {
          Membership membership =
              memberships.computeIfAbsent(series.labels(), _ -> new Membership(series));
          membership.keys.set(key);
          membership.series = series;
        }
      }
    }
    return memberships.values();
  }

  /// The groups under any of these keys, in order of precedence.
  private static List<Placed> under(BitSet keys, List<Map.Entry<GroupKey, List<Placed>>> entries) {
    List<Placed> placed = new ArrayList<>();
    keys.stream().forEach(key -> placed.addAll(entries.get(key).getValue()));
    placed.sort(Comparator.comparingInt(Placed::precedence));
    return placed;
  }
}
