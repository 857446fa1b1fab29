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
import dev.weir.promql.eval.standing.StandingSelection;
import dev.weir.promql.eval.standing.StandingSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The latest rows of a partition, with the columns that were asked for. Of two values for a series
/// and time the one that was added first stays. For one thread.
public final class RowWindow implements SeriesSource, StandingSource {
  private final Map<Tenant, TenantWindow> tenants = new HashMap<>();

  /// Adds the kept columns of a row.
  ///
  /// @param columns of the layout, ascending
  public void add(GroupKey key, Layout layout, int[] columns, Row row) {
    if (columns.length > 0) {
      tenants.computeIfAbsent(key.tenant(), _ -> new TenantWindow()).add(key, layout, columns, row);
    }
  }

  /// Drops all rows before a time.
  public void dropBefore(long timestampMillis) {
    tenants.values().forEach(tenant -> tenant.dropBefore(timestampMillis));
    tenants.values().removeIf(TenantWindow::isEmpty);
  }

  /// Forgets what selectors select, because others are going to be asked for.
  public void forgetSelections() {
    tenants.values().forEach(TenantWindow::forgetSelections);
  }

  /// Series that are kept.
  public int seriesCount() {
    return tenants.values().stream().mapToInt(tenant -> tenant.series().size()).sum();
  }

  /// Rows that are kept.
  public long rowCount() {
    return tenants.values().stream().mapToLong(TenantWindow::rowCount).sum();
  }

  @Override
  public GroupCursor select(
      Tenant tenant, List<Matcher> matchers, TimeRange range, SelectHints hints) {
    TenantWindow of = tenants.get(tenant);
    List<SeriesGroup> selected = new ArrayList<>();
    if (of != null) {
      TenantWindow.Selection selection = of.selection(matchers);
      for (WindowSeries series : selection.moved()) {
        if (hasSampleIn(series, range)) {
          selected.add(stitched(series, range));
        }
      }
      for (TenantWindow.OfGroup group : selection.groups()) {
        SeriesGroup present = present(group, range);
        if (present != null) {
          selected.add(present);
        }
      }
    }
    return GroupCursor.of(selected.iterator());
  }

  /// Nothing is told of series that were in several groups, whose rows are not in one order.
  @Override
  public @Nullable StandingSelection select(Tenant tenant, List<Matcher> matchers) {
    TenantWindow of = tenants.get(tenant);
    return of == null
        ? TenantWindow.Selection.NOTHING.standing()
        : of.selection(matchers).standing();
  }

  /// Those series of a group that have samples in a range; null if none has.
  private static @Nullable SeriesGroup present(TenantWindow.OfGroup selected, TimeRange range) {
    WindowGroup group = selected.series().getFirst().group();
    int from = group.indexFrom(range.startMillis());
    int to = endOf(group, range);
    int count = 0;
    for (WindowSeries series : selected.series()) {
      count += series.isEmpty(from, to) ? 0 : 1;
    }
    if (count == selected.series().size()) {
      return new Selected(selected.key(), selected.metas(), selected.series(), from, to);
    }
    if (count == 0) {
      return null;
    }
    List<WindowSeries> present = new ArrayList<>(count);
    for (WindowSeries series : selected.series()) {
      if (!series.isEmpty(from, to)) {
        present.add(series);
      }
    }
    return new Selected(
        selected.key(), present.stream().map(WindowSeries::meta).toList(), present, from, to);
  }

  private List<WindowSeries> matching(
      Tenant tenant, List<List<Matcher>> selectors, TimeRange range) {
    TenantWindow of = tenants.get(tenant);
    if (of == null) {
      return List.of();
    }
    List<WindowSeries> matching = new ArrayList<>();
    of.series()
        .forEach((labels, series) -> {
          if (matchesAny(selectors, labels) && hasSampleIn(series, range)) {
            matching.add(series);
          }
        });
    return matching;
  }

  private static boolean matchesAny(List<List<Matcher>> selectors, Labels labels) {
    return selectors.isEmpty()
        || selectors.stream().anyMatch(matchers -> Matcher.allMatch(matchers, labels));
  }

  private static boolean hasSampleIn(WindowSeries series, TimeRange range) {
    for (WindowSeries part = series; part != null; part = part.before()) {
      WindowGroup group = part.group();
      if (!part.isEmpty(group.indexFrom(range.startMillis()), endOf(group, range))) {
        return true;
      }
    }
    return false;
  }

  private static int endOf(WindowGroup group, TimeRange range) {
    return range.endMillis() == Long.MAX_VALUE
        ? group.end()
        : group.indexFrom(range.endMillis() + 1);
  }

  /// A series that was in several groups, as a group of its own.
  private static SeriesGroup stitched(WindowSeries series, TimeRange range) {
    TreeMap<Long, GroupSamples.Column> samples = new TreeMap<>();
    for (WindowSeries part = series; part != null; part = part.before()) {
      WindowGroup group = part.group();
      int to = endOf(group, range);
      for (int i = group.indexFrom(range.startMillis()); i < to; i++) {
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
  ///
  /// @param from index of the first row
  /// @param to index after the last
  private record Selected(
      GroupKey key, List<SeriesMeta> series, List<WindowSeries> selected, int from, int to)
      implements SeriesGroup {
    @Override
    public GroupSamples read() {
      return new GroupSamples(
          selected.getFirst().group().timestamps(from, to),
          selected.stream().map(one -> one.column(from, to)).toList());
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
    return Listing.of(found, limit, Completeness.FULL);
  }

  @Override
  public Listing<Labels> series(
      Tenant tenant, List<List<Matcher>> selectors, TimeRange range, int limit) {
    return Listing.of(
        matching(tenant, selectors, range).stream().map(one -> one.meta().labels()).toList(),
        limit,
        Completeness.FULL);
  }
}
