package dev.weir.promql.oracle;

import dev.weir.model.AbsentValue;
import dev.weir.model.Labels;
import dev.weir.model.MetricType;
import dev.weir.model.SeriesMeta;
import dev.weir.model.StalenessMarker;
import dev.weir.model.Tenant;
import dev.weir.promql.oracle.OracleValue.Sample;
import dev.weir.testing.GroupRow;
import dev.weir.testing.MemorySeriesSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Random series of several targets: counters and histograms with resets, gauges, gaps, staleness
/// markers, missed scrapes, jitter, and series that change from floats to histograms.
record RandomData(
    MemorySeriesSource source,
    Map<Labels, NavigableMap<Long, Sample>> series,
    long startMillis,
    long endMillis) {
  static final List<String> METRICS =
      List.of(
          "http_requests_total",
          "queue_length",
          "latency_seconds",
          "migrated_seconds",
          "batch_seconds");

  /// Bounds of custom buckets; some begin to be used in the middle of a series.
  private static final List<List<Double>> BOUNDS =
      List.of(List.of(1.0, 2.0, 5.0), List.of(1.0, 5.0, 10.0), List.of(2.5), List.of(1.0));

  static RandomData of(Random random) {
    int interval = List.of(5_000, 15_000, 60_000).get(random.nextInt(3));
    int scrapes = random.nextInt(1, 40);
    long start = random.nextLong(-1_000_000, 1_000_000);
    Map<Labels, NavigableMap<Long, Sample>> all = new TreeMap<>();
    MemorySeriesSource source = new MemorySeriesSource();
    for (int target = random.nextInt(1, 4); target > 0; target--) {
      List<GroupRow.Sample> rows = new ArrayList<>();
      Map<Labels, Sample> last = new TreeMap<>();
      for (int scrape = 0; scrape < scrapes; scrape++) {
        if (random.nextInt(15) == 0) {
          continue;
        }
        long time = start + (long) scrape * interval + random.nextInt(interval / 2);
        for (String metric : METRICS) {
          for (String path : List.of("/buy", "/pay")) {
            Labels labels =
                Labels.of(
                    "__name__", metric, "job", "api", "instance", "host-" + target, "path", path);
            Sample sample = next(random, metric, scrape * 2 > scrapes, last.get(labels), time);
            if (random.nextInt(12) != 0) {
              last.put(labels, sample);
              all.computeIfAbsent(labels, _ -> new TreeMap<>()).put(time, sample);
              rows.add(row(labels, sample));
            }
            if (random.nextInt(40) == 0) {
              Sample stale = new Sample(time + 1, StalenessMarker.VALUE, null);
              all.computeIfAbsent(labels, _ -> new TreeMap<>()).put(time + 1, stale);
              rows.add(row(labels, stale));
            }
          }
        }
      }
      source.append(GroupRow.of(Tenant.DEFAULT, rows));
    }
    return new RandomData(source, all, start, start + (long) scrapes * interval);
  }

  private static GroupRow.Sample row(Labels labels, Sample sample) {
    NaiveHistogram histogram = sample.histogram();
    return new GroupRow.Sample(
        new SeriesMeta(labels, MetricType.UNKNOWN),
        sample.timestampMillis(),
        histogram == null ? sample.value() : AbsentValue.VALUE,
        histogram == null ? null : histogram.toNative(),
        0);
  }

  private static Sample next(
      Random random, String metric, boolean secondHalf, @Nullable Sample last, long time) {
    boolean isHistogram =
        metric.equals("latency_seconds") || (metric.equals("migrated_seconds") && secondHalf);
    if (isHistogram) {
      NaiveHistogram more = histogram(random);
      NaiveHistogram before = last == null ? null : last.histogram();
      boolean reset = random.nextInt(12) == 0;
      return new Sample(time, 0, reset || before == null ? more : before.plus(more));
    }
    if (metric.equals("batch_seconds")) {
      return nextBatch(random, last, time);
    }
    if (metric.equals("http_requests_total")) {
      double before = last == null || random.nextInt(15) == 0 ? 0 : last.value();
      return new Sample(time, before + random.nextInt(30), null);
    }
    return new Sample(time, random.nextInt(-2, 8), null);
  }

  /// Mostly a custom layout that stays; sometimes another one, or exponential buckets.
  private static Sample nextBatch(Random random, @Nullable Sample last, long time) {
    NaiveHistogram before = last == null ? null : last.histogram();
    if (random.nextInt(25) == 0) {
      return new Sample(time, 0, histogram(random));
    }
    boolean stays = before != null && before.isCustom() && random.nextInt(8) != 0;
    List<Double> bounds =
        stays && before != null ? before.bounds() : BOUNDS.get(random.nextInt(BOUNDS.size()));
    Map<Integer, Double> counts = new TreeMap<>();
    double count = 0;
    for (int i = random.nextInt(4); i > 0; i--) {
      double observed = random.nextInt(1, 5);
      counts.merge(random.nextInt(bounds.size() + 1), observed, Double::sum);
      count += observed;
    }
    NaiveHistogram more = NaiveHistogram.custom(bounds, count, random.nextInt(50), counts);
    boolean grows = before != null && before.isCustom() && random.nextInt(12) != 0;
    if (!grows || before == null) {
      return new Sample(time, 0, more);
    }
    // A counter may go on under other bounds: those that both have.
    return new Sample(time, 0, before.plus(more));
  }

  private static NaiveHistogram histogram(Random random) {
    Map<Integer, Double> counts = new TreeMap<>();
    double count = random.nextInt(3);
    double zero = count;
    for (int i = random.nextInt(4); i > 0; i--) {
      double observed = random.nextInt(1, 5);
      counts.merge(random.nextInt(-3, 12), observed, Double::sum);
      count += observed;
    }
    return NaiveHistogram.exponential(
        random.nextInt(6) == 0 ? random.nextInt(0, 3) : 1, zero, count, random.nextInt(50), counts);
  }
}
