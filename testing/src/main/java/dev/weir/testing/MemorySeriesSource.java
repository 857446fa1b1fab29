package dev.weir.testing;

import dev.weir.model.AbsentValue;
import dev.weir.model.GroupKey;
import dev.weir.model.Labels;
import dev.weir.model.Matcher;
import dev.weir.model.NativeHistogram;
import dev.weir.model.Row;
import dev.weir.model.SeriesMeta;
import dev.weir.model.Tenant;
import dev.weir.model.TimeRange;
import dev.weir.model.source.Completeness;
import dev.weir.model.source.GroupCursor;
import dev.weir.model.source.GroupSamples;
import dev.weir.model.source.Listing;
import dev.weir.model.source.SelectHints;
import dev.weir.model.source.SeriesGroup;
import dev.weir.model.source.SeriesSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Rows in memory, as plain as can be: what queries are tested against, and what other sources are
/// compared with. Of two samples for one series and time, the one that was appended first stays. A
/// series belongs to the group that it was seen in last.
public final class MemorySeriesSource implements SeriesSource {
  private record Sample(
      double value, @Nullable NativeHistogram histogram, long startTimestampMillis) {}

  private static final class Series {
    private GroupKey group;
    private SeriesMeta meta;
    private final TreeMap<Long, Sample> samples = new TreeMap<>();

    private Series(GroupKey group, SeriesMeta meta) {
      this.group = group;
      this.meta = meta;
    }

    private NavigableMap<Long, Sample> in(TimeRange range) {
      return samples.subMap(range.startMillis(), true, range.endMillis(), true);
    }
  }

  private final Map<Tenant, TreeMap<Labels, Series>> tenants = new HashMap<>();

  /// A source that holds these rows.
  public static MemorySeriesSource of(Collection<GroupRow> rows) {
    MemorySeriesSource source = new MemorySeriesSource();
    source.append(rows);
    return source;
  }

  public void append(Collection<GroupRow> rows) {
    rows.forEach(this::append);
  }

  public synchronized void append(GroupRow appended) {
    Row row = appended.row();
    List<SeriesMeta> layout = appended.layout().series();
    Map<Integer, Long> starts = new HashMap<>();
    for (int i = 0; i < row.startTimestamps().columns().length; i++) {
      starts.put(row.startTimestamps().columns()[i], row.startTimestamps().millis()[i]);
    }
    int[] columns = row.columns();
    for (int i = 0; i < row.values().length; i++) {
      if (!AbsentValue.is(row.values()[i])) {
        int column = columns == null ? i : columns[i];
        append(
            appended.group(),
            layout.get(column),
            row.timestampMillis(),
            new Sample(row.values()[i], null, starts.getOrDefault(column, 0L)));
      }
    }
    for (int i = 0; i < row.histograms().columns().length; i++) {
      int column = row.histograms().columns()[i];
      append(
          appended.group(),
          layout.get(column),
          row.timestampMillis(),
          new Sample(
              AbsentValue.VALUE, row.histograms().values()[i], starts.getOrDefault(column, 0L)));
    }
  }

  private void append(GroupKey group, SeriesMeta meta, long timestampMillis, Sample sample) {
    Series series =
        tenants
            .computeIfAbsent(group.tenant(), _ -> new TreeMap<>())
            .computeIfAbsent(meta.labels(), _ -> new Series(group, meta));
    series.group = group;
    series.meta = meta;
    series.samples.putIfAbsent(timestampMillis, sample);
  }

  /// Forgets everything.
  public synchronized void clear() {
    tenants.clear();
  }

  @Override
  public synchronized GroupCursor select(
      Tenant tenant, List<Matcher> matchers, TimeRange range, SelectHints hints) {
    Map<GroupKey, List<Series>> groups = new TreeMap<>();
    for (Series series : matching(tenant, List.of(matchers), range)) {
      groups.computeIfAbsent(series.group, _ -> new ArrayList<>()).add(series);
    }
    List<SeriesGroup> selected = new ArrayList<>();
    groups.forEach((key, series) -> selected.add(columns(key, series, range)));
    return GroupCursor.of(selected.iterator());
  }

  private List<Series> matching(Tenant tenant, List<List<Matcher>> selectors, TimeRange range) {
    List<Series> result = new ArrayList<>();
    for (Series series : tenants.getOrDefault(tenant, new TreeMap<>()).values()) {
      if ((selectors.isEmpty()
              || selectors.stream().anyMatch(matchers -> matches(matchers, series.meta.labels())))
          && !series.in(range).isEmpty()) {
        result.add(series);
      }
    }
    return result;
  }

  private static boolean matches(List<Matcher> matchers, Labels labels) {
    return matchers.stream().allMatch(matcher -> matcher.matches(labels.get(matcher.name())));
  }

  private static SeriesGroup columns(GroupKey key, List<Series> series, TimeRange range) {
    TreeSet<Long> times = new TreeSet<>();
    series.forEach(one -> times.addAll(one.in(range).keySet()));
    long[] timestamps = times.stream().mapToLong(Long::longValue).toArray();
    List<GroupSamples.Column> columns = new ArrayList<>();
    for (Series one : series) {
      columns.add(column(one.samples, timestamps));
    }
    return new Group(
        key, series.stream().map(one -> one.meta).toList(), new GroupSamples(timestamps, columns));
  }

  private static GroupSamples.Column column(Map<Long, Sample> samples, long[] timestamps) {
    double[] values = new double[timestamps.length];
    @Nullable NativeHistogram[] histograms = new NativeHistogram[timestamps.length];
    long[] starts = new long[timestamps.length];
    boolean anyHistogram = false;
    boolean anyStart = false;
    for (int i = 0; i < timestamps.length; i++) {
      Sample sample = samples.get(timestamps[i]);
      values[i] = sample == null ? AbsentValue.VALUE : sample.value;
      if (sample != null) {
        histograms[i] = sample.histogram;
        starts[i] = sample.startTimestampMillis;
        anyHistogram |= sample.histogram != null;
        anyStart |= sample.startTimestampMillis != 0;
      }
    }
    return new GroupSamples.Column(
        values, anyHistogram ? histograms : null, anyStart ? starts : null);
  }

  @Override
  public synchronized Listing<String> labelNames(
      Tenant tenant, List<List<Matcher>> selectors, TimeRange range, int limit) {
    TreeSet<String> names = new TreeSet<>(Labels::compareText);
    for (Series series : matching(tenant, selectors, range)) {
      series.meta.labels().forEach((name, _) -> names.add(name));
    }
    return Listing.of(names, limit, Completeness.FULL);
  }

  @Override
  public synchronized Listing<String> labelValues(
      Tenant tenant, String name, List<List<Matcher>> selectors, TimeRange range, int limit) {
    TreeSet<String> values = new TreeSet<>(Labels::compareText);
    for (Series series : matching(tenant, selectors, range)) {
      if (series.meta.labels().has(name)) {
        values.add(series.meta.labels().get(name));
      }
    }
    return Listing.of(values, limit, Completeness.FULL);
  }

  @Override
  public synchronized Listing<Labels> series(
      Tenant tenant, List<List<Matcher>> selectors, TimeRange range, int limit) {
    Function<Series, Labels> labels = series -> series.meta.labels();
    return Listing.of(
        matching(tenant, selectors, range).stream().map(labels).toList(), limit, Completeness.FULL);
  }

  private record Group(GroupKey key, List<SeriesMeta> series, GroupSamples samples)
      implements SeriesGroup {
    @Override
    public GroupSamples read() {
      return samples;
    }
  }
}
