package dev.weir.history.range;

import static java.util.Objects.requireNonNull;

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
import dev.weir.model.source.Completeness;
import dev.weir.model.source.GroupCursor;
import dev.weir.model.source.GroupSamples;
import dev.weir.model.source.Listing;
import dev.weir.model.source.SelectHints;
import dev.weir.model.source.SeriesGroup;
import dev.weir.model.source.SeriesSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What rules have recorded over some time, as a source: in the groups that it would lie in if it
/// had come through Kafka. Of two samples for one series and time the first stays. For one thread.
public final class RecordedColumns implements SeriesSource {
  private final Tenant tenant;
  private final List<StepValues> parts = new ArrayList<>();

  public RecordedColumns(Tenant tenant) {
    this.tenant = requireNonNull(tenant, "tenant");
  }

  /// Takes what a rule recorded, which nobody changes any more.
  public void add(StepValues recorded) {
    parts.add(recorded);
  }

  /// The samples in a range by partition key: a group each, with series by labels.
  public List<SeriesGroup> groups(List<Matcher> matchers, TimeRange range) {
    SortedMap<PartitionKey, TreeMap<Labels, List<Part>>> byKey = new TreeMap<>();
    for (StepValues part : parts) {
      int from = part.steps().from(range.startMillis());
      int to =
          range.endMillis() == Long.MAX_VALUE
              ? part.steps().count()
              : part.steps().from(range.endMillis() + 1);
      part.series()
          .forEach((labels, column) -> {
            if (matches(matchers, labels) && isThere(column, from, to)) {
              byKey
                  .computeIfAbsent(PartitionKey.of(tenant, labels), _ -> new TreeMap<>())
                  .computeIfAbsent(labels, _ -> new ArrayList<>(1))
                  .add(new Part(part.steps(), column, from, to));
            }
          });
    }
    List<SeriesGroup> groups = new ArrayList<>();
    byKey.forEach(
        (key, series) -> groups.add(new Group(new GroupKey(key, "", Slice.WHOLE), series)));
    return groups;
  }

  private static boolean matches(List<Matcher> matchers, Labels labels) {
    for (Matcher matcher : matchers) {
      if (!matcher.matches(labels.get(matcher.name()))) {
        return false;
      }
    }
    return true;
  }

  private static boolean isThere(StepValues.Column column, int from, int to) {
    for (int step = from; step < to; step++) {
      if (column.isThere(step)) {
        return true;
      }
    }
    return false;
  }

  /// A stretch of a column.
  private record Part(Steps steps, StepValues.Column column, int from, int to) {}

  private record Group(GroupKey key, SortedMap<Labels, List<Part>> parts) implements SeriesGroup {
    @Override
    public List<SeriesMeta> series() {
      return parts.keySet().stream()
          .map(labels -> new SeriesMeta(labels, MetricType.UNKNOWN))
          .toList();
    }

    @Override
    public GroupSamples read() {
      long[] times = times();
      return new GroupSamples(
          times, parts.values().stream().map(each -> column(each, times)).toList());
    }

    private long[] times() {
      // The stretch of some steps is the same in all columns, since the range is.
      Map<Steps, Part> stretches = new HashMap<>();
      parts.values().forEach(each -> each.forEach(part -> stretches.put(part.steps, part)));
      return stretches.values().stream()
          .flatMapToLong(
              part -> IntStream.range(part.from, part.to).mapToLong(part.steps::timeMillis))
          .sorted()
          .distinct()
          .toArray();
    }

    private static GroupSamples.Column column(List<Part> parts, long[] times) {
      double[] values = new double[times.length];
      Arrays.fill(values, AbsentValue.VALUE);
      @Nullable NativeHistogram @Nullable [] histograms = null;
      for (Part part : parts) {
        int row = 0;
        for (int step = part.from; step < part.to; step++) {
          long time = part.steps.timeMillis(step);
          while (times[row] < time) {
            row++;
          }
          boolean taken =
              !AbsentValue.is(values[row]) || (histograms != null && histograms[row] != null);
          if (taken || !part.column.isThere(step)) {
            continue;
          }
          values[row] = part.column.values()[step];
          NativeHistogram histogram = part.column.histogram(step);
          if (histogram != null) {
            if (histograms == null) {
              histograms = new @Nullable NativeHistogram[times.length];
            }
            histograms[row] = histogram;
          }
        }
      }
      return new GroupSamples.Column(values, histograms, null);
    }
  }

  @Override
  public GroupCursor select(
      Tenant asked, List<Matcher> matchers, TimeRange range, SelectHints hints) {
    List<SeriesGroup> groups = asked.equals(tenant) ? groups(matchers, range) : List.of();
    return GroupCursor.of(groups.iterator());
  }

  @Override
  public Listing<String> labelNames(
      Tenant asked, List<List<Matcher>> selectors, TimeRange range, int limit) {
    return listing(
        labels(asked, selectors, range).flatMap(labels -> labels.toMap().keySet().stream()),
        Labels::compareText,
        limit);
  }

  @Override
  public Listing<String> labelValues(
      Tenant asked, String name, List<List<Matcher>> selectors, TimeRange range, int limit) {
    return listing(
        labels(asked, selectors, range).filter(labels -> labels.has(name)).map(l -> l.get(name)),
        Labels::compareText,
        limit);
  }

  @Override
  public Listing<Labels> series(
      Tenant asked, List<List<Matcher>> selectors, TimeRange range, int limit) {
    return listing(labels(asked, selectors, range), Comparator.naturalOrder(), limit);
  }

  private Stream<Labels> labels(Tenant asked, List<List<Matcher>> selectors, TimeRange range) {
    if (!asked.equals(tenant)) {
      return Stream.empty();
    }
    List<List<Matcher>> any = selectors.isEmpty() ? List.of(List.of()) : selectors;
    return any.stream()
        .flatMap(matchers -> groups(matchers, range).stream())
        .flatMap(group -> group.series().stream())
        .map(SeriesMeta::labels);
  }

  private static <T> Listing<T> listing(Stream<T> items, Comparator<? super T> order, int limit) {
    return Listing.of(items.distinct().sorted(order).toList(), limit, Completeness.FULL);
  }
}
