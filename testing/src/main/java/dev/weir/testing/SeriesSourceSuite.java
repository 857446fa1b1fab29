package dev.weir.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.model.AbsentValue;
import dev.weir.model.Labels;
import dev.weir.model.Matcher;
import dev.weir.model.NativeHistogram;
import dev.weir.model.NativeHistogram.Buckets;
import dev.weir.model.NativeHistogram.ResetHint;
import dev.weir.model.SeriesMeta;
import dev.weir.model.Tenant;
import dev.weir.model.TimeRange;
import dev.weir.model.source.GroupColumns;
import dev.weir.model.source.GroupCursor;
import dev.weir.model.source.GroupSamples;
import dev.weir.model.source.SelectHints;
import dev.weir.model.source.SeriesGroup;
import dev.weir.model.source.SeriesSource;
import dev.weir.testing.GroupRow.Sample;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/// The series, rows and ways of reading that the suites of [SeriesSource] share.
abstract class SeriesSourceSuite {
  /// 2025-01-01T00:00:00Z.
  protected static final long BASE = 1_735_689_600_000L;

  static final Tenant TENANT = Tenant.DEFAULT;
  static final Tenant OTHER_TENANT = new Tenant("other");
  static final TimeRange ALL = TimeRange.ALL;
  static final SelectHints NO_HINTS = SelectHints.NONE;

  static final Labels UP_A = Labels.of("__name__", "up", "job", "node", "instance", "a");
  static final Labels UP_B = Labels.of("__name__", "up", "job", "node", "instance", "b");
  static final Labels UP_API = Labels.of("__name__", "up", "job", "api", "instance", "a");
  static final Labels LOAD_A = Labels.of("__name__", "node_load1", "job", "node", "instance", "a");
  static final Labels BATCH = Labels.of("__name__", "batch_last_success", "task", "backup");

  static final NativeHistogram HISTOGRAM =
      new NativeHistogram(
          ResetHint.NOT_RESET,
          3,
          1e-128,
          2,
          12,
          18.5,
          new Buckets(new int[] {-2, 3}, new int[] {2, 1}, new double[] {4, 1, 3}),
          new Buckets(new int[] {0}, new int[] {1}, new double[] {2}),
          new double[0]);

  static final NativeHistogram CUSTOM_BUCKETS =
      new NativeHistogram(
          ResetHint.UNKNOWN,
          NativeHistogram.CUSTOM_BUCKETS_SCHEMA,
          0,
          0,
          7,
          3.25,
          new Buckets(new int[] {0}, new int[] {3}, new double[] {1, 4, 2}),
          Buckets.NONE,
          new double[] {0.1, 0.5});

  /// A source that was given these rows, one after the other; the first value for a series and time
  /// is the one that counts.
  protected abstract SeriesSource sourceOf(List<GroupRow> rows) throws Exception;

  /// One sample as a source gave it, with bits in place of doubles.
  record Point(long valueBits, Optional<NativeHistogram> histogram, long startTimestampMillis) {}

  static Sample sample(Labels labels, long seconds, double value) {
    return Sample.of(labels, BASE + seconds * 1000, value);
  }

  static List<GroupRow> rows(Sample... samples) {
    return GroupRow.of(TENANT, List.of(samples));
  }

  /// Every series that was selected with its points, after checking what holds for every selection:
  /// whole groups and columns one by one have the same samples.
  static Map<Labels, NavigableMap<Long, Point>> read(
      SeriesSource source, Tenant tenant, List<Matcher> matchers, TimeRange range) {
    Map<Labels, NavigableMap<Long, Point>> result =
        read(source, tenant, matchers, range, group -> GroupColumns.of(group.read()));
    assertEquals(result, read(source, tenant, matchers, range, SeriesGroup::columns));
    return result;
  }

  private static Map<Labels, NavigableMap<Long, Point>> read(
      SeriesSource source,
      Tenant tenant,
      List<Matcher> matchers,
      TimeRange range,
      Function<SeriesGroup, GroupColumns> opened) {
    Map<Labels, NavigableMap<Long, Point>> result = new TreeMap<>();
    try (GroupCursor cursor = source.select(tenant, matchers, range, NO_HINTS)) {
      for (SeriesGroup group = cursor.next(); group != null; group = cursor.next()) {
        assertEquals(tenant, group.key().tenant());
        collect(group.series(), opened.apply(group), range, result);
      }
      assertNotNull(cursor.completeness());
    }
    for (Labels labels : result.keySet()) {
      for (Matcher matcher : matchers) {
        assertTrue(
            matcher.matches(labels.get(matcher.name())),
            () -> "series %s does not match %s".formatted(labels, matcher));
      }
    }
    result.values().removeIf(Map::isEmpty);
    return result;
  }

  static void collect(
      SeriesGroup group, TimeRange range, Map<Labels, NavigableMap<Long, Point>> into) {
    collect(group.series(), group.columns(), range, into);
  }

  /// Reads columns from the last to the first: they may be asked for in any order.
  private static void collect(
      List<SeriesMeta> series,
      GroupColumns columns,
      TimeRange range,
      Map<Labels, NavigableMap<Long, Point>> into) {
    long[] timestamps = columns.timestampsMillis();
    assertFalse(series.isEmpty(), "a group has a series");
    for (int place = series.size() - 1; place >= 0; place--) {
      Labels labels = series.get(place).labels();
      if (place > 0) {
        Labels previous = series.get(place - 1).labels();
        assertTrue(previous.compareTo(labels) < 0, () -> labels + " stands after " + previous);
      }
      TreeMap<Long, Point> points = new TreeMap<>();
      GroupSamples.Column column = columns.column(place);
      NativeHistogram[] histograms = column.histograms();
      long[] starts = column.startTimestampsMillis();
      for (int i = 0; i < timestamps.length; i++) {
        if (column.hasSample(i)) {
          assertTrue(range.contains(timestamps[i]), "a sample is in the range");
          NativeHistogram histogram = histograms == null ? null : histograms[i];
          assertTrue(
              histogram == null || AbsentValue.is(column.values()[i]),
              "a sample is a float or a histogram");
          points.put(
              timestamps[i],
              new Point(
                  Double.doubleToRawLongBits(column.values()[i]),
                  Optional.ofNullable(histogram),
                  starts == null ? 0 : starts[i]));
        }
      }
      assertNull(into.put(labels, points), () -> labels + " comes twice");
    }
  }

  static Map<Labels, NavigableMap<Long, Point>> read(SeriesSource source, Matcher... matchers) {
    return read(source, TENANT, List.of(matchers), ALL);
  }

  static NavigableMap<Long, Point> points(SeriesSource source, Labels labels) {
    return read(source).getOrDefault(labels, new TreeMap<>());
  }

  static Set<Labels> selected(SeriesSource source, Matcher... matchers) {
    return read(source, matchers).keySet();
  }

  static Map<Long, Double> values(Map<Labels, NavigableMap<Long, Point>> read, Labels labels) {
    Map<Long, Double> values = new TreeMap<>();
    read.getOrDefault(labels, new TreeMap<>())
        .forEach((time, point) ->
            values.put((time - BASE) / 1000, Double.longBitsToDouble(point.valueBits())));
    return values;
  }

  SeriesSource fiveSeries() throws Exception {
    return sourceOf(
        rows(
            sample(UP_A, 0, 1),
            sample(LOAD_A, 0, 0.7),
            sample(UP_B, 0, 1),
            sample(UP_API, 0, 0),
            sample(BATCH, 0, 1234)));
  }
}
