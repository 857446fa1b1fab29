package dev.weir.blocks.analysis;

import static java.util.Objects.requireNonNull;

import dev.weir.blocks.Progress;
import dev.weir.model.Labels;
import dev.weir.model.Matcher;
import dev.weir.model.Tenant;
import dev.weir.model.TimeRange;
import dev.weir.model.source.GroupCursor;
import dev.weir.model.source.SelectHints;
import dev.weir.model.source.SeriesGroup;
import dev.weir.model.source.SeriesSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToLongFunction;

/// How many series a tenant has, which metrics and labels they come from, and how many came and
/// went.
///
/// A series is new if it has no sample in the first part of the range, and gone if it has none in
/// the last part; both are found by the times in the index, and no samples are read. Memory holds
/// the label pairs, and the series of one metric.
///
/// @param range that was looked at
/// @param edgeMillis how long the first and the last part are
/// @param series in the range
/// @param started of these, the new ones
/// @param ended of these, those that are gone
/// @param metrics those with the most series first
/// @param churning metrics, those with the most new and gone series first
/// @param labels names, those with the most values first
/// @param pairs those with the most series first
public record Cardinality(
    TimeRange range,
    long edgeMillis,
    long series,
    long started,
    long ended,
    List<Metric> metrics,
    List<Metric> churning,
    List<Label> labels,
    List<Pair> pairs) {
  /// How long the first and the last part of the range are, if it is long enough.
  private static final long EDGE_MILLIS = 5 * 60_000;

  private static final int SHORTEST_PART = 10;

  /// A metric's series.
  public record Metric(String name, long series, long started, long ended) {
    long churn() {
      return started + ended;
    }
  }

  /// A label name.
  ///
  /// @param values how many different ones it has
  /// @param valueBytes of these, one after another
  /// @param series that have it
  public record Label(String name, long values, long valueBytes, long series) {}

  /// A label pair and the series that have it.
  public record Pair(String name, String value, long series) {}

  public Cardinality {
    requireNonNull(range, "range");
    metrics = List.copyOf(metrics);
    churning = List.copyOf(churning);
    labels = List.copyOf(labels);
    pairs = List.copyOf(pairs);
  }

  /// Counts.
  ///
  /// @param range with samples at its ends, or it is all churn
  /// @param limit how long each list may be
  /// @param progress counts metrics
  public static Cardinality of(
      SeriesSource source,
      Tenant tenant,
      List<Matcher> matchers,
      TimeRange range,
      int limit,
      Progress progress) {
    return new Count(source, tenant, matchers, range).run(limit, progress);
  }

  /// A count under way.
  private static final class Count {
    private final SeriesSource source;
    private final Tenant tenant;
    private final List<Matcher> matchers;
    private final TimeRange range;
    private final long edge;
    private final Map<String, Map<String, Long>> pairs = new HashMap<>();

    Count(SeriesSource source, Tenant tenant, List<Matcher> matchers, TimeRange range) {
      this.source = source;
      this.tenant = tenant;
      this.matchers = matchers;
      this.range = range;
      long length = TimeRange.between(range.startMillis(), range.endMillis());
      this.edge = Math.min(EDGE_MILLIS, length / SHORTEST_PART);
    }

    Cardinality run(int limit, Progress progress) {
      TimeRange first = new TimeRange(range.startMillis(), range.startMillis() + edge);
      TimeRange last = new TimeRange(range.endMillis() - edge, range.endMillis());
      List<String> names = new ArrayList<>();
      names.add("");
      names.addAll(source.labelValues(tenant, Labels.NAME, List.of(matchers), range, 0).items());
      List<Metric> metrics = new ArrayList<>();
      for (String name : names) {
        progress.at(metrics.size(), names.size());
        List<Matcher> ofName = new ArrayList<>(matchers);
        ofName.add(Matcher.equal(Labels.NAME, name));
        long series = count(ofName, range, true);
        metrics.add(
            new Metric(
                name,
                series,
                series - count(ofName, first, false),
                series - count(ofName, last, false)));
      }
      metrics.removeIf(metric -> metric.series == 0);
      return new Cardinality(
          range,
          edge,
          metrics.stream().mapToLong(Metric::series).sum(),
          metrics.stream().mapToLong(Metric::started).sum(),
          metrics.stream().mapToLong(Metric::ended).sum(),
          most(metrics, Metric::series, limit),
          most(metrics, Metric::churn, limit),
          most(labels(), Label::values, limit),
          most(allPairs(), Pair::series, limit));
    }

    private long count(List<Matcher> ofName, TimeRange within, boolean labels) {
      SelectHints labelsOnly = new SelectHints(0, 0, Optional.empty(), List.of(), false, true);
      long count = 0;
      try (GroupCursor groups = source.select(tenant, ofName, within, labelsOnly)) {
        for (SeriesGroup group = groups.next(); group != null; group = groups.next()) {
          count += group.series().size();
          if (labels) {
            group.series().forEach(meta -> meta.labels().forEach(this::add));
          }
        }
      }
      return count;
    }

    private void add(String name, String value) {
      pairs.computeIfAbsent(name, _ -> new HashMap<>()).merge(value, 1L, Long::sum);
    }

    private List<Label> labels() {
      List<Label> labels = new ArrayList<>();
      pairs.forEach((name, values) ->
          labels.add(
              new Label(
                  name,
                  values.size(),
                  values.keySet().stream().mapToLong(String::length).sum(),
                  values.values().stream().mapToLong(Long::longValue).sum())));
      return labels;
    }

    private List<Pair> allPairs() {
      List<Pair> all = new ArrayList<>();
      pairs.forEach((name, values) ->
          values.forEach((value, series) -> all.add(new Pair(name, value, series))));
      return all;
    }

    private static <T> List<T> most(List<T> all, ToLongFunction<T> by, int limit) {
      return all.stream()
          .filter(one -> by.applyAsLong(one) > 0)
          .sorted(Comparator.comparingLong(by).reversed().thenComparing(Object::toString))
          .limit(limit)
          .toList();
    }
  }
}
