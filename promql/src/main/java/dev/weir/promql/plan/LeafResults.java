package dev.weir.promql.plan;

import static java.util.Objects.requireNonNull;

import dev.weir.model.GroupKey;
import dev.weir.model.Matcher;
import dev.weir.model.MetricType;
import dev.weir.model.PartitionKey;
import dev.weir.model.SeriesMeta;
import dev.weir.model.Slice;
import dev.weir.model.StalenessMarker;
import dev.weir.model.Tenant;
import dev.weir.model.TimeRange;
import dev.weir.model.WeirException;
import dev.weir.model.source.ForwardingSource;
import dev.weir.model.source.GroupCursor;
import dev.weir.model.source.GroupSamples;
import dev.weir.model.source.SelectHints;
import dev.weir.model.source.SeriesGroup;
import dev.weir.model.source.SeriesSource;
import dev.weir.promql.query.QueryValue.Series;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/// What the leaves of a [SplitExpr] came to at some times, over all shards, for the merge to read.
/// Its other selectors are another source's.
public final class LeafResults implements ForwardingSource {
  private final long[] timestampsMillis;
  private final Map<Integer, List<Series>> byLeaf;
  private final Map<Integer, String> failed;
  private final SeriesSource others;

  /// @param timestampsMillis of the evaluation, ascending; all results are at these
  /// @param byLeaf by the leaf's number; one that is not in it has no results
  /// @param failed why leaves could not be computed, by the leaf's number
  /// @param others what the merge reads beside the leaves
  public LeafResults(
      long[] timestampsMillis,
      Map<Integer, List<Series>> byLeaf,
      Map<Integer, String> failed,
      SeriesSource others) {
    this.timestampsMillis = timestampsMillis;
    this.byLeaf = Map.copyOf(byLeaf);
    this.failed = Map.copyOf(failed);
    this.others = requireNonNull(others, "others");
  }

  /// @throws WeirException.Unprocessable if a leaf has failed, or has two results with the same
  ///   labels
  @Override
  public GroupCursor select(
      Tenant tenant, List<Matcher> matchers, TimeRange range, SelectHints hints) {
    OptionalInt leaf = SplitExpr.leafOf(matchers);
    if (leaf.isEmpty()) {
      return others.select(tenant, matchers, range, hints);
    }
    String failure = failed.get(leaf.getAsInt());
    if (failure != null) {
      throw new WeirException.Unprocessable(failure);
    }
    return GroupCursor.of(
        groups(tenant, byLeaf.getOrDefault(leaf.getAsInt(), List.of())).iterator());
  }

  private List<LeafGroup> groups(Tenant tenant, List<Series> results) {
    if (results.isEmpty()) {
      return List.of();
    }
    List<Series> sorted = new ArrayList<>(results);
    sorted.sort(Comparator.comparing(Series::labels));
    List<SeriesMeta> series = new ArrayList<>(sorted.size());
    List<GroupSamples.Column> columns = new ArrayList<>(sorted.size());
    for (Series one : sorted) {
      if (!series.isEmpty() && series.getLast().labels().equals(one.labels())) {
        throw new WeirException.Unprocessable(
            "vector cannot contain metrics with the same labelset");
      }
      series.add(new SeriesMeta(one.labels(), MetricType.UNKNOWN));
      columns.add(column(one));
    }
    GroupKey key = new GroupKey(new PartitionKey.Hashed(tenant, 0), "", Slice.WHOLE);
    return List.of(new LeafGroup(key, series, new GroupSamples(timestampsMillis, columns)));
  }

  /// A step without a result is one where the series has ended: nobody looks back beyond it.
  private static GroupSamples.Column column(Series series) {
    double[] values = series.values().clone();
    for (int step = 0; step < values.length; step++) {
      if (!series.hasSample(step)) {
        values[step] = StalenessMarker.VALUE;
      }
    }
    return new GroupSamples.Column(values, series.histograms(), null);
  }

  private record LeafGroup(GroupKey key, List<SeriesMeta> series, GroupSamples samples)
      implements SeriesGroup {
    @Override
    public GroupSamples read() {
      return samples;
    }
  }

  @Override
  public SeriesSource source() {
    return others;
  }
}
