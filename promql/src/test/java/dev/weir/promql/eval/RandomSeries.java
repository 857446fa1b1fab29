package dev.weir.promql.eval;

import dev.weir.model.Labels;
import dev.weir.model.StalenessMarker;
import dev.weir.model.Tenant;
import dev.weir.testing.GroupRow;
import dev.weir.testing.MemorySeriesSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;

/// Random series of several targets: counters with resets, gauges, gaps, staleness markers, missed
/// scrapes and jitter; as a source, and as plain maps.
public record RandomSeries(
    MemorySeriesSource source,
    Map<Labels, NavigableMap<Long, Double>> series,
    long startMillis,
    long endMillis) {
  private static final String[] METRICS = {"http_requests_total", "queue_length", "temperature"};

  public static RandomSeries of(Random random, int metrics) {
    long start = random.nextLong(-1_000_000, 1_000_000);
    int interval = List.of(1_000, 5_000, 15_000, 60_000).get(random.nextInt(4));
    int scrapes = random.nextInt(1, 120);
    Map<Labels, NavigableMap<Long, Double>> all = new TreeMap<>();
    MemorySeriesSource source = new MemorySeriesSource();
    int targets = random.nextInt(1, 5);
    for (int target = 0; target < targets; target++) {
      List<GroupRow.Sample> samples = new ArrayList<>();
      long offset = random.nextInt(interval);
      double[] state = new double[METRICS.length * 4];
      for (int scrape = 0; scrape < scrapes; scrape++) {
        if (random.nextInt(15) == 0) {
          continue;
        }
        long jitter = random.nextInt(4) == 0 ? random.nextInt(interval / 2) : 0;
        long time = start + offset + (long) scrape * interval + jitter;
        for (int metric = 0; metric < metrics; metric++) {
          for (int path = 0; path < 3; path++) {
            double value = next(random, state, metric, metric * 4 + path);
            if (random.nextInt(12) != 0) {
              Labels labels =
                  Labels.of(
                      "__name__",
                      METRICS[metric],
                      "job",
                      "api",
                      "instance",
                      "host-" + target,
                      "path",
                      "/" + path);
              samples.add(GroupRow.Sample.of(labels, time, value));
              all.computeIfAbsent(labels, _ -> new TreeMap<>()).putIfAbsent(time, value);
            }
          }
        }
      }
      source.append(GroupRow.of(Tenant.DEFAULT, samples));
    }
    return new RandomSeries(source, all, start, start + (long) scrapes * interval);
  }

  private static double next(Random random, double[] state, int metric, int index) {
    if (random.nextInt(40) == 0) {
      return StalenessMarker.VALUE;
    }
    if (metric == 0) {
      state[index] =
          random.nextInt(20) == 0 ? random.nextInt(3) : state[index] + random.nextInt(50);
      return state[index];
    }
    if (metric == 1) {
      return random.nextInt(8);
    }
    return switch (random.nextInt(60)) {
      case 0 -> Double.NaN;
      case 1 -> Double.POSITIVE_INFINITY;
      case 2 -> Double.NEGATIVE_INFINITY;
      default -> random.nextGaussian() * 20;
    };
  }
}
