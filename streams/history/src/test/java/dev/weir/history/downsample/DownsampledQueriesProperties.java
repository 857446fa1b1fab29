package dev.weir.history.downsample;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.blocks.exchange.WorkFiles;
import dev.weir.blocks.store.Resolution;
import dev.weir.model.Labels;
import dev.weir.model.NativeHistogram;
import dev.weir.model.Tenant;
import dev.weir.model.source.SeriesSource;
import dev.weir.promql.eval.QueryEngine;
import dev.weir.promql.parser.ParserOptions;
import dev.weir.promql.query.EngineSettings;
import dev.weir.promql.query.QueryContext;
import dev.weir.promql.query.QueryResult;
import dev.weir.promql.query.QueryValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;

/// Queries over windows come to what they come to over samples.
class DownsampledQueriesProperties {
  /// Relative: sums are added up in another order.
  private static final double ROUNDING = 1e-9;

  private static final List<String> RANGES = List.of("5m", "20m", "1h", "6h");

  private static final List<String> OF_RANGES =
      List.of(
          "count_over_time(%s[%s])",
          "sum_over_time(%s[%s])",
          "avg_over_time(%s[%s])",
          "min_over_time(%s[%s])",
          "max_over_time(%s[%s])",
          "last_over_time(%s[%s])",
          "first_over_time(%s[%s])",
          "present_over_time(%s[%s])",
          "ts_of_last_over_time(%s[%s])",
          "ts_of_first_over_time(%s[%s])",
          "absent_over_time(%s{instance=\"a\"}[%s])",
          "rate(%s[%s])",
          "increase(%s[%s])",
          "delta(%s[%s])",
          "rate(%s[%s] offset 1h)",
          "sum by (job) (increase(%s[%s]))",
          "max_over_time(rate(%s[%s])[2h:1h])",
          "sum_over_time(%1$s[%2$s]) / count_over_time(%1$s[%2$s])",
          "max_over_time(%1$s[%2$s]) - min_over_time(%1$s[%2$s])",
          "quantile_over_time(0.5, %s[%s])",
          "changes(%s[%s])",
          "resets(%s[%s])",
          "irate(%s[%s])",
          "stddev_over_time(%s[%s])");

  private static final List<String> INSTANT =
      List.of(
          "%s", "timestamp(%s)", "sum by (job) (%s)", "absent(%s{instance=\"b\"})", "%s offset 1h");

  private static final List<String> METRICS =
      List.of(
          "requests_total",
          "temperature_celsius",
          "queue_length",
          "up",
          "backup_seconds",
          "latency_seconds",
          "started_total",
          "born_total");

  private static final QueryEngine ENGINE =
      new QueryEngine(
          EngineSettings.DEFAULT.withStartTimestamps(true),
          ParserOptions.EXPERIMENTAL,
          Runnable::run,
          System::nanoTime);

  @Property(tries = 3)
  void whatIsAlignedIsTheSame(@ForAll long seed) throws IOException {
    Path directory = Files.createTempDirectory("weir-downsampled");
    try {
      StoredPast past = new StoredPast(directory, 45_000).addDays(seed);
      assertEquals(6, past.downsample(Resolution.values()), "five days, and five of them");
      assertEquals(0, past.downsample(Resolution.values()), "written again");
      SeriesSource samples = past.samples();
      StoredPast.Resolved resolved = past.resolved();
      for (long step : new long[] {300_000, 3_600_000, 7_200_000}) {
        for (String metric : METRICS) {
          for (String query : INSTANT) {
            compare(query.formatted(metric), step, samples, resolved);
          }
          for (String query : OF_RANGES) {
            String length = RANGES.get(Math.floorMod(seed + query.hashCode(), RANGES.size()));
            compare(query.formatted(metric, length), step, samples, resolved);
          }
        }
        compare("sum by (__name__) ({job=\"api\"})", step, samples, resolved);
      }
      assertTrue(
          resolved.windowed() > resolved.selections() / 2,
          () -> "%d of %d selections".formatted(resolved.windowed(), resolved.selections()));
      // One evaluation at any time: samples at both ends, windows between.
      int before = resolved.windowed();
      for (String query : OF_RANGES) {
        long time = StoredPast.END - Math.floorMod(seed, 7_000_000L);
        String text = query.formatted("requests_total", "3d");
        same(
            text,
            ENGINE.instant(text, time, QueryContext.of(Tenant.DEFAULT, samples)),
            ENGINE.instant(text, time, QueryContext.of(Tenant.DEFAULT, resolved)));
      }
      assertTrue(resolved.windowed() > before + 10, "single evaluations had no windows");
    } finally {
      WorkFiles.remove(directory);
    }
  }

  private static void compare(
      String query, long step, SeriesSource samples, SeriesSource resolved) {
    same(query + " every " + step, range(query, step, samples), range(query, step, resolved));
  }

  private static QueryResult range(String query, long step, SeriesSource source) {
    return ENGINE.range(
        query,
        StoredPast.START + 43_200_000,
        StoredPast.END + 7_200_000,
        step,
        QueryContext.of(Tenant.DEFAULT, source));
  }

  private static void same(String query, QueryResult expected, QueryResult actual) {
    assertEquals(List.of(), actual.completeness().warnings(), query);
    Map<Labels, Map<Long, Object>> wanted = values(expected.value());
    Map<Labels, Map<Long, Object>> found = values(actual.value());
    assertEquals(wanted.keySet(), found.keySet(), query);
    wanted.forEach((labels, samples) -> {
      Map<Long, Object> others = found.getOrDefault(labels, Map.of());
      assertEquals(samples.keySet(), others.keySet(), () -> query + " of " + labels);
      samples.forEach((time, value) -> {
        Object other = others.getOrDefault(time, "nothing");
        assertTrue(
            isClose(value, other),
            () ->
                "%s of %s at %d: %s over samples, %s over windows"
                    .formatted(query, labels, time, value, other));
      });
    });
  }

  private static boolean isClose(Object one, Object other) {
    return (one instanceof Double a && other instanceof Double b)
        ? isClose(a.doubleValue(), b.doubleValue())
        : one.equals(other);
  }

  private static boolean isClose(double a, double b) {
    return Double.compare(a, b) == 0
        || Math.abs(a - b) <= ROUNDING * Math.max(1e-3, Math.max(Math.abs(a), Math.abs(b)));
  }

  private static Map<Labels, Map<Long, Object>> values(QueryValue value) {
    Map<Labels, Map<Long, Object>> values = new TreeMap<>();
    switch (value) {
      case QueryValue.Matrix(List<QueryValue.Series> all) -> {
        for (QueryValue.Series one : all) {
          Map<Long, Object> samples = new TreeMap<>();
          for (int i = 0; i < one.values().length; i++) {
            if (one.hasSample(i)) {
              samples.put(one.timestampsMillis()[i], valueOf(one.values()[i], one.histogram(i)));
            }
          }
          values.put(one.labels(), samples);
        }
      }
      case QueryValue.Vector(long time, List<QueryValue.Sample> samples) ->
          samples.forEach(sample ->
              values.put(
                  sample.labels(), Map.of(time, valueOf(sample.value(), sample.histogram()))));
      case QueryValue.Scalar _, QueryValue.Text _ ->
          throw new IllegalArgumentException("no series: " + value);
    }
    return values;
  }

  private static Object valueOf(double value, @Nullable NativeHistogram histogram) {
    return histogram == null ? value : histogram.toString();
  }
}
