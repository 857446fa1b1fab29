package dev.weir.rules.unittest;

import dev.weir.model.AbsentValue;
import dev.weir.model.GroupKey;
import dev.weir.model.Labels;
import dev.weir.model.Matcher;
import dev.weir.model.MetricType;
import dev.weir.model.NativeHistogram;
import dev.weir.model.PartitionKey;
import dev.weir.model.SeriesMeta;
import dev.weir.model.Slice;
import dev.weir.model.Tenant;
import dev.weir.model.TimeRange;
import dev.weir.model.notation.SeriesNotation.LoadedSeries;
import dev.weir.model.notation.SeriesNotation.Sample;
import dev.weir.model.source.Completeness;
import dev.weir.model.source.GroupCursor;
import dev.weir.model.source.GroupSamples;
import dev.weir.model.source.Listing;
import dev.weir.model.source.SelectHints;
import dev.weir.model.source.SeriesGroup;
import dev.weir.model.source.SeriesSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The series of a test. All of them have samples at the same times, one every interval, or none
/// there. What lies behind [#showTo] has not come yet, and is not seen. For one thread.
final class InputSeries implements SeriesSource {
  /// A series as columns: slot `i` is at the start and `i` intervals.
  private record Columns(
      Labels labels, double[] values, @Nullable NativeHistogram[] histograms, long[] starts) {
    boolean hasSample(int from, int to) {
      for (int i = from; i < Math.min(to, values.length); i++) {
        if (!AbsentValue.is(values[i]) || histograms[i] != null) {
          return true;
        }
      }
      return false;
    }
  }

  private final long startMillis;
  private final long intervalMillis;
  private final Map<PartitionKey, List<Columns>> groups = new TreeMap<>();
  private long shownToMillis = Long.MIN_VALUE;

  InputSeries(UnitTest test) {
    this.startMillis = test.startMillis();
    this.intervalMillis = test.intervalMillis();
    for (LoadedSeries series : test.series()) {
      groups
          .computeIfAbsent(PartitionKey.of(Tenant.DEFAULT, series.labels()), _ -> new ArrayList<>())
          .add(columns(series));
    }
  }

  private Columns columns(LoadedSeries series) {
    List<Sample> samples = series.samples();
    int slots =
        samples.isEmpty() ? 0 : (int) (samples.getLast().timestampMillis() / intervalMillis) + 1;
    double[] values = new double[slots];
    Arrays.fill(values, AbsentValue.VALUE);
    @Nullable NativeHistogram[] histograms = new NativeHistogram[slots];
    long[] starts = new long[slots];
    for (Sample sample : samples) {
      int slot = (int) (sample.timestampMillis() / intervalMillis);
      histograms[slot] = sample.histogram();
      values[slot] = sample.histogram() == null ? sample.value() : AbsentValue.VALUE;
      starts[slot] =
          sample.startTimestampMillis() == 0 ? 0 : startMillis + sample.startTimestampMillis();
    }
    return new Columns(series.labels(), values, histograms, starts);
  }

  /// Lets samples be seen up to a time.
  void showTo(long timestampMillis) {
    shownToMillis = timestampMillis;
  }

  /// The first slot at or after a time.
  private int slotFrom(long timestampMillis) {
    if (timestampMillis <= startMillis) {
      return 0;
    }
    long slot = Math.ceilDiv(timestampMillis - startMillis, intervalMillis);
    return (int) Math.min(slot, Integer.MAX_VALUE);
  }

  private int slotBehind(long timestampMillis) {
    long end = Math.min(timestampMillis, shownToMillis);
    return end < startMillis ? 0 : slotFrom(Math.addExact(end, 1));
  }

  @Override
  public GroupCursor select(
      Tenant tenant, List<Matcher> matchers, TimeRange range, SelectHints hints) {
    int from = slotFrom(range.startMillis());
    int to = slotBehind(range.endMillis());
    List<SeriesGroup> selected = new ArrayList<>();
    groups.forEach((key, all) -> {
      List<Columns> matching =
          all.stream().filter(one -> matches(one, List.of(matchers), from, to)).toList();
      if (!matching.isEmpty() && tenant.equals(Tenant.DEFAULT)) {
        selected.add(group(new GroupKey(key, "", Slice.WHOLE), matching, from, to));
      }
    });
    return GroupCursor.of(selected.iterator());
  }

  private static boolean matches(Columns series, List<List<Matcher>> selectors, int from, int to) {
    boolean selected =
        selectors.isEmpty()
            || selectors.stream().anyMatch(matchers -> Matcher.allMatch(matchers, series.labels));
    return selected && series.hasSample(from, to);
  }

  private SeriesGroup group(GroupKey key, List<Columns> series, int from, int to) {
    int longest = series.stream().mapToInt(one -> one.values.length).max().orElse(0);
    int end = Math.min(to, longest);
    long[] timestamps = new long[end - from];
    for (int i = 0; i < timestamps.length; i++) {
      timestamps[i] = startMillis + (from + i) * intervalMillis;
    }
    List<SeriesMeta> metas = new ArrayList<>();
    List<GroupSamples.Column> columns = new ArrayList<>();
    for (Columns one : series) {
      metas.add(new SeriesMeta(one.labels, MetricType.UNKNOWN));
      columns.add(column(one, from, end));
    }
    return new Group(key, metas, new GroupSamples(timestamps, columns));
  }

  private static GroupSamples.Column column(Columns series, int from, int end) {
    int own = Math.max(from, Math.min(end, series.values.length));
    double[] values = new double[end - from];
    Arrays.fill(values, AbsentValue.VALUE);
    System.arraycopy(series.values, from, values, 0, own - from);
    return new GroupSamples.Column(
        values,
        Arrays.copyOf(Arrays.copyOfRange(series.histograms, from, own), end - from),
        Arrays.copyOf(Arrays.copyOfRange(series.starts, from, own), end - from));
  }

  @Override
  public Listing<String> labelNames(
      Tenant tenant, List<List<Matcher>> selectors, TimeRange range, int limit) {
    TreeSet<String> names = new TreeSet<>(Labels::compareText);
    matching(selectors, range).forEach(labels -> labels.forEach((name, _) -> names.add(name)));
    return Listing.of(names, limit, Completeness.FULL);
  }

  @Override
  public Listing<String> labelValues(
      Tenant tenant, String name, List<List<Matcher>> selectors, TimeRange range, int limit) {
    TreeSet<String> values = new TreeSet<>(Labels::compareText);
    matching(selectors, range).stream()
        .filter(labels -> labels.has(name))
        .forEach(labels -> values.add(labels.get(name)));
    return Listing.of(values, limit, Completeness.FULL);
  }

  @Override
  public Listing<Labels> series(
      Tenant tenant, List<List<Matcher>> selectors, TimeRange range, int limit) {
    return Listing.of(matching(selectors, range), limit, Completeness.FULL);
  }

  private SortedSet<Labels> matching(List<List<Matcher>> selectors, TimeRange range) {
    int from = slotFrom(range.startMillis());
    int to = slotBehind(range.endMillis());
    SortedSet<Labels> found = new TreeSet<>();
    groups
        .values()
        .forEach(all ->
            all.stream()
                .filter(one -> matches(one, selectors, from, to))
                .forEach(one -> found.add(one.labels)));
    return found;
  }

  private record Group(GroupKey key, List<SeriesMeta> series, GroupSamples samples)
      implements SeriesGroup {
    @Override
    public GroupSamples read() {
      return samples;
    }
  }
}
