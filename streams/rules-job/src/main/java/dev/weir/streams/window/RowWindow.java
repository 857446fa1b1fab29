package dev.weir.streams.window;

import dev.weir.model.GroupKey;
import dev.weir.model.Labels;
import dev.weir.model.Layout;
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
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The latest rows of a partition, with the columns that were asked for. Of two values for a series
/// and time the one that was added first stays. For one thread.
public final class RowWindow implements SeriesSource {
  /// The series of one tenant.
  private record Tenancy(Map<GroupKey, WindowGroup> groups, TreeMap<Labels, WindowSeries> series) {}

  private final Map<Tenant, Tenancy> tenants = new HashMap<>();

  /// Adds the kept columns of a row.
  ///
  /// @param columns of the layout, ascending
  public void add(GroupKey key, Layout layout, int[] columns, Row row) {
    if (columns.length == 0) {
      return;
    }
    Tenancy tenancy =
        tenants.computeIfAbsent(key.tenant(), _ -> new Tenancy(new TreeMap<>(), new TreeMap<>()));
    WindowGroup group = tenancy.groups.computeIfAbsent(key, WindowGroup::new);
    @Nullable WindowSeries[] kept = new WindowSeries[layout.size()];
    for (int column : columns) {
      WindowSeries series = series(tenancy, group, layout.series().get(column));
      kept[column] = hasElsewhere(tenancy, series, row.timestampMillis()) ? null : series;
    }
    group.add(row, kept);
  }

  /// Whether the series has a sample of that time in another group that it was in: that one was
  /// added first, and stays.
  private static boolean hasElsewhere(Tenancy tenancy, WindowSeries series, long timestampMillis) {
    for (WindowSeries part = tenancy.series.get(series.meta().labels());
        part != null;
        part = part.before()) {
      if (part != series) {
        WindowGroup group = part.group();
        int at = group.firstFrom(timestampMillis);
        if (at < group.end()
            && group.timestampMillis(at) == timestampMillis
            && !part.isEmpty(at, at + 1)) {
          return true;
        }
      }
    }
    return false;
  }

  private static WindowSeries series(Tenancy tenancy, WindowGroup group, SeriesMeta meta) {
    WindowSeries known = tenancy.series.get(meta.labels());
    if (known != null && known.group() == group) {
      return known;
    }
    for (WindowSeries earlier = known; earlier != null; earlier = earlier.before()) {
      if (earlier.group() == group) {
        // It came back to a group that it was in before, or a late row did.
        return earlier;
      }
    }
    WindowSeries created = new WindowSeries(meta, group, known);
    group.series().add(created);
    tenancy.series.put(meta.labels(), created);
    return created;
  }

  /// Drops all rows before a time.
  public void dropBefore(long timestampMillis) {
    for (Tenancy tenancy : tenants.values()) {
      Iterator<WindowGroup> groups = tenancy.groups.values().iterator();
      while (groups.hasNext()) {
        WindowGroup group = groups.next();
        group.dropBefore(timestampMillis).forEach(gone -> remove(tenancy, gone));
        if (group.isEmpty()) {
          group.series().forEach(gone -> remove(tenancy, gone));
          groups.remove();
        }
      }
    }
    tenants.values().removeIf(tenancy -> tenancy.groups.isEmpty());
  }

  private static void remove(Tenancy tenancy, WindowSeries gone) {
    Labels labels = gone.meta().labels();
    WindowSeries current = tenancy.series.get(labels);
    if (current == gone) {
      WindowSeries before = gone.before();
      if (before == null) {
        tenancy.series.remove(labels);
      } else {
        tenancy.series.put(labels, before);
      }
    } else if (current != null) {
      current.forget(gone);
    }
  }

  /// Series that are kept.
  public int seriesCount() {
    int count = 0;
    for (Tenancy tenancy : tenants.values()) {
      count += tenancy.series.size();
    }
    return count;
  }

  /// Rows that are kept.
  public long rowCount() {
    long count = 0;
    for (Tenancy tenancy : tenants.values()) {
      for (WindowGroup group : tenancy.groups.values()) {
        count += group.end() - group.start();
      }
    }
    return count;
  }

  @Override
  public GroupCursor select(
      Tenant tenant, List<Matcher> matchers, TimeRange range, SelectHints hints) {
    Map<GroupKey, List<WindowSeries>> byGroup = new TreeMap<>();
    List<SeriesGroup> selected = new ArrayList<>();
    for (WindowSeries series : matching(tenant, List.of(matchers), range)) {
      if (series.before() == null) {
        byGroup.computeIfAbsent(series.group().key(), _ -> new ArrayList<>()).add(series);
      } else {
        selected.add(stitched(series, range));
      }
    }
    byGroup.forEach((key, series) -> selected.add(new Selected(key, series, range)));
    return new Cursor(selected.iterator());
  }

  private List<WindowSeries> matching(
      Tenant tenant, List<List<Matcher>> selectors, TimeRange range) {
    Tenancy tenancy = tenants.get(tenant);
    if (tenancy == null) {
      return List.of();
    }
    List<WindowSeries> matching = new ArrayList<>();
    tenancy.series.forEach((labels, series) -> {
      if (matchesAny(selectors, labels) && hasSampleIn(series, range)) {
        matching.add(series);
      }
    });
    return matching;
  }

  private static boolean matchesAny(List<List<Matcher>> selectors, Labels labels) {
    if (selectors.isEmpty()) {
      return true;
    }
    for (List<Matcher> matchers : selectors) {
      if (matchesAll(matchers, labels)) {
        return true;
      }
    }
    return false;
  }

  private static boolean matchesAll(List<Matcher> matchers, Labels labels) {
    for (Matcher matcher : matchers) {
      if (!matcher.matches(labels.get(matcher.name()))) {
        return false;
      }
    }
    return true;
  }

  private static boolean hasSampleIn(WindowSeries series, TimeRange range) {
    for (WindowSeries part = series; part != null; part = part.before()) {
      WindowGroup group = part.group();
      if (!part.isEmpty(group.firstFrom(range.startMillis()), endOf(group, range))) {
        return true;
      }
    }
    return false;
  }

  private static int endOf(WindowGroup group, TimeRange range) {
    return range.endMillis() == Long.MAX_VALUE
        ? group.end()
        : group.firstFrom(range.endMillis() + 1);
  }

  /// A series that was in several groups, as a group of its own.
  private static SeriesGroup stitched(WindowSeries series, TimeRange range) {
    TreeMap<Long, GroupSamples.Column> samples = new TreeMap<>();
    for (WindowSeries part = series; part != null; part = part.before()) {
      WindowGroup group = part.group();
      int to = endOf(group, range);
      for (int i = group.firstFrom(range.startMillis()); i < to; i++) {
        GroupSamples.Column one = part.column(i, i + 1);
        if (one.hasSample(0)) {
          samples.put(group.timestampMillis(i), one);
        }
      }
    }
    int count = samples.size();
    long[] timestamps = new long[count];
    double[] values = new double[count];
    @Nullable NativeHistogram[] histograms = new NativeHistogram[count];
    long[] starts = new long[count];
    boolean anyHistogram = false;
    int at = 0;
    for (Map.Entry<Long, GroupSamples.Column> sample : samples.entrySet()) {
      GroupSamples.Column one = sample.getValue();
      timestamps[at] = sample.getKey();
      values[at] = one.values()[0];
      NativeHistogram histogram = one.histograms() == null ? null : one.histograms()[0];
      histograms[at] = histogram;
      anyHistogram |= histogram != null;
      starts[at] = one.startTimestampsMillis() == null ? 0 : one.startTimestampsMillis()[0];
      at++;
    }
    GroupSamples.Column column =
        new GroupSamples.Column(values, anyHistogram ? histograms : null, starts);
    return new Stitched(
        series.group().key(),
        List.of(series.meta()),
        new GroupSamples(timestamps, List.of(column)));
  }

  private record Stitched(GroupKey key, List<SeriesMeta> series, GroupSamples samples)
      implements SeriesGroup {
    @Override
    public GroupSamples read() {
      return samples;
    }
  }

  /// Series of one group, whose arrays are copied when they are read.
  private record Selected(GroupKey key, List<WindowSeries> selected, TimeRange range)
      implements SeriesGroup {
    @Override
    public List<SeriesMeta> series() {
      return selected.stream().map(WindowSeries::meta).toList();
    }

    @Override
    public GroupSamples read() {
      WindowGroup group = selected.getFirst().group();
      int from = group.firstFrom(range.startMillis());
      int to = endOf(group, range);
      return new GroupSamples(
          group.timestamps(from, to),
          selected.stream().map(series -> series.column(from, to)).toList());
    }
  }

  private record Cursor(Iterator<SeriesGroup> groups) implements GroupCursor {
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
      // The window stays as it is while one thread reads and writes it.
    }
  }

  @Override
  public Listing<String> labelNames(
      Tenant tenant, List<List<Matcher>> selectors, TimeRange range, int limit) {
    return listing(
        tenant,
        selectors,
        range,
        limit,
        labels -> {
          List<String> names = new ArrayList<>();
          for (int i = 0; i < labels.size(); i++) {
            names.add(labels.name(i));
          }
          return names;
        });
  }

  @Override
  public Listing<String> labelValues(
      Tenant tenant, String name, List<List<Matcher>> selectors, TimeRange range, int limit) {
    return listing(
        tenant,
        selectors,
        range,
        limit,
        labels -> labels.get(name).isEmpty() ? List.of() : List.of(labels.get(name)));
  }

  private Listing<String> listing(
      Tenant tenant,
      List<List<Matcher>> selectors,
      TimeRange range,
      int limit,
      Function<Labels, List<String>> texts) {
    TreeSet<String> found = new TreeSet<>(Labels::compareText);
    for (WindowSeries series : matching(tenant, selectors, range)) {
      found.addAll(texts.apply(series.meta().labels()));
    }
    return cut(List.copyOf(found), limit);
  }

  @Override
  public Listing<Labels> series(
      Tenant tenant, List<List<Matcher>> selectors, TimeRange range, int limit) {
    return cut(
        matching(tenant, selectors, range).stream().map(one -> one.meta().labels()).toList(),
        limit);
  }

  private static <T> Listing<T> cut(List<T> items, int limit) {
    boolean truncated = limit > 0 && items.size() > limit;
    return new Listing<>(truncated ? items.subList(0, limit) : items, truncated, Completeness.FULL);
  }
}
