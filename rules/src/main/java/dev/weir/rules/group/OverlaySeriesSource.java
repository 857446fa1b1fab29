package dev.weir.rules.group;

import dev.weir.model.GroupKey;
import dev.weir.model.Labels;
import dev.weir.model.Matcher;
import dev.weir.model.MetricType;
import dev.weir.model.PartitionKey;
import dev.weir.model.SeriesMeta;
import dev.weir.model.Slice;
import dev.weir.model.Tenant;
import dev.weir.model.TimeRange;
import dev.weir.model.source.Completeness;
import dev.weir.model.source.GroupCursor;
import dev.weir.model.source.GroupSamples;
import dev.weir.model.source.Listing;
import dev.weir.model.source.SelectHints;
import dev.weir.model.source.SeriesGroup;
import dev.weir.model.source.SeriesSource;
import dev.weir.promql.query.QueryValue;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// A source, and over it what a group has just recorded: so that later rules see what earlier ones
/// recorded at the same time. Where both have a sample of one series and time, the source's counts.
///
/// @param tenant whose recorded samples these are; other tenants see the source alone
record OverlaySeriesSource(Tenant tenant, SeriesSource base, RecordedSamples recorded)
    implements SeriesSource {

  @Override
  public GroupCursor select(
      Tenant asked, List<Matcher> matchers, TimeRange range, SelectHints hints) {
    GroupCursor cursor = base.select(asked, matchers, range, hints);
    if (!asked.equals(tenant)) {
      return cursor;
    }
    NavigableMap<Labels, NavigableMap<Long, QueryValue.Sample>> over =
        recorded.select(List.of(matchers), range);
    return over.isEmpty() ? cursor : new Cursor(tenant, cursor, over);
  }

  @Override
  public Listing<String> labelNames(
      Tenant asked, List<List<Matcher>> selectors, TimeRange range, int limit) {
    TreeSet<String> names = new TreeSet<>(Labels::compareText);
    recordedSeries(asked, selectors, range)
        .forEach(labels -> labels.forEach((name, _) -> names.add(name)));
    return merged(base.labelNames(asked, selectors, range, limit), names, limit);
  }

  @Override
  public Listing<String> labelValues(
      Tenant asked, String name, List<List<Matcher>> selectors, TimeRange range, int limit) {
    TreeSet<String> values = new TreeSet<>(Labels::compareText);
    for (Labels labels : recordedSeries(asked, selectors, range)) {
      if (labels.has(name)) {
        values.add(labels.get(name));
      }
    }
    return merged(base.labelValues(asked, name, selectors, range, limit), values, limit);
  }

  @Override
  public Listing<Labels> series(
      Tenant asked, List<List<Matcher>> selectors, TimeRange range, int limit) {
    return merged(
        base.series(asked, selectors, range, limit),
        new TreeSet<>(recordedSeries(asked, selectors, range)),
        limit);
  }

  private Collection<Labels> recordedSeries(
      Tenant asked, List<List<Matcher>> selectors, TimeRange range) {
    return asked.equals(tenant) ? recorded.select(selectors, range).keySet() : List.of();
  }

  private static <T> Listing<T> merged(Listing<T> first, TreeSet<T> more, int limit) {
    more.addAll(first.items());
    return first.with(more, limit);
  }

  /// First the source's groups, with what was recorded of their series; then the other series.
  private static final class Cursor implements GroupCursor {
    private final Tenant tenant;
    private final GroupCursor base;
    private final NavigableMap<Labels, NavigableMap<Long, QueryValue.Sample>> rest;
    private @Nullable Deque<SeriesGroup> own;

    Cursor(
        Tenant tenant,
        GroupCursor base,
        NavigableMap<Labels, NavigableMap<Long, QueryValue.Sample>> over) {
      this.tenant = tenant;
      this.base = base;
      this.rest = new TreeMap<>(over);
    }

    @Override
    public @Nullable SeriesGroup next() {
      if (own == null) {
        SeriesGroup group = base.next();
        if (group != null) {
          return stitched(group);
        }
        own = groupsOfRest();
      }
      return own.pollFirst();
    }

    private SeriesGroup stitched(SeriesGroup group) {
      List<NavigableMap<Long, QueryValue.Sample>> columns = new ArrayList<>();
      boolean any = false;
      for (SeriesMeta series : group.series()) {
        NavigableMap<Long, QueryValue.Sample> samples = rest.remove(series.labels());
        any |= samples != null;
        columns.add(samples == null ? new TreeMap<>() : samples);
      }
      return any ? new OverlaidGroup(group.key(), group.series(), group, columns) : group;
    }

    private Deque<SeriesGroup> groupsOfRest() {
      TreeMap<PartitionKey, List<Labels>> byKey = new TreeMap<>();
      for (Labels labels : rest.keySet()) {
        byKey.computeIfAbsent(PartitionKey.of(tenant, labels), _ -> new ArrayList<>()).add(labels);
      }
      Deque<SeriesGroup> groups = new ArrayDeque<>();
      byKey.forEach((key, all) -> {
        List<SeriesMeta> series = new ArrayList<>();
        List<NavigableMap<Long, QueryValue.Sample>> columns = new ArrayList<>();
        for (Labels labels : all) {
          NavigableMap<Long, QueryValue.Sample> samples = rest.get(labels);
          if (samples != null) {
            series.add(new SeriesMeta(labels, MetricType.UNKNOWN));
            columns.add(samples);
          }
        }
        groups.add(new OverlaidGroup(new GroupKey(key, "", Slice.WHOLE), series, null, columns));
      });
      return groups;
    }

    @Override
    public Completeness completeness() {
      return base.completeness();
    }

    @Override
    public void close() {
      base.close();
    }
  }

  /// A group of the source, or none, and samples over it.
  private record OverlaidGroup(
      GroupKey key,
      List<SeriesMeta> series,
      @Nullable SeriesGroup base,
      List<NavigableMap<Long, QueryValue.Sample>> over)
      implements SeriesGroup {
    @Override
    public GroupSamples read() {
      return Stitching.of(base == null ? null : base.read(), over);
    }
  }
}
