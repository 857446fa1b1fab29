package dev.weir.benchmarks.comparison;

import dev.weir.benchmarks.comparison.Metric.Kind;
import dev.weir.model.Labels;
import dev.weir.model.StalenessMarker;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/// Random series of a few instances: counters with resets, gauges, classic histograms, metrics for
/// joins, series that come, go and are missed, and values at the edges of what a float can be.
final class GeneratedData {
  private static final int SCRAPES = 420;
  private static final int INTERVAL_MILLIS = 15_000;
  private static final int INSTANCES = 4;
  private static final List<String> BOUNDS = List.of("0.1", "0.5", "1", "2.5", "+Inf");

  private static final List<Metric> METRICS =
      List.of(
          new Metric("http_requests_total", Kind.COUNTER, List.of("path", "code")),
          new Metric("jobs_started_total", Kind.COUNTER_FROM_ZERO, List.of("queue")),
          new Metric("queue_length", Kind.WHOLE, List.of("queue")),
          new Metric("workers", Kind.WHOLE, List.of("queue")),
          new Metric("temperature_celsius", Kind.DISTINCT, List.of("sensor")),
          new Metric("memory_bytes", Kind.DISTINCT, List.of()),
          new Metric("build_info", Kind.INFO, List.of("version")),
          new Metric("request_duration_seconds_bucket", Kind.BUCKETS, List.of("path", "le")),
          new Metric("request_duration_seconds_count", Kind.COUNTER, List.of("path")),
          new Metric("request_duration_seconds_sum", Kind.COUNTER, List.of("path")),
          new Metric("calibration", Kind.ODD, List.of("kind")));

  private final Random random;
  private final long startMillis;
  private final Map<Labels, List<Sample>> samples = new TreeMap<>();

  private record Sample(long timestampMillis, double value) {}

  private GeneratedData(Random random, long startMillis) {
    this.random = random;
    this.startMillis = startMillis;
  }

  /// @param endMillis where the data ends, to the second
  static ComparedData of(long seed, long endMillis) {
    long end = endMillis / 1000 * 1000;
    long start = end - (long) SCRAPES * INTERVAL_MILLIS;
    GeneratedData data = new GeneratedData(new Random(seed), start);
    for (int instance = 0; instance < INSTANCES; instance++) {
      data.addInstance(instance);
    }
    List<Series> series = new ArrayList<>();
    data.samples.forEach((labels, all) -> series.add(series(labels, all)));
    return new ComparedData(series, METRICS, start, end);
  }

  private static Series series(Labels labels, List<Sample> samples) {
    return new Series(
        labels,
        samples.stream().mapToLong(Sample::timestampMillis).toArray(),
        samples.stream().mapToDouble(Sample::value).toArray());
  }

  /// The times of an instance's scrapes, with some jitter and some missed.
  private long[] times() {
    long offset = random.nextInt(INTERVAL_MILLIS / 1000 - 1) * 1000L;
    return random
        .ints(SCRAPES, ComparedData.FIRST_MILLIS, ComparedData.LAST_MILLIS + 1)
        .mapToLong(millis -> offset + millis)
        .toArray();
  }

  private void addInstance(int number) {
    long[] times = times();
    for (int scrape = 0; scrape < SCRAPES; scrape++) {
      times[scrape] += startMillis + (long) scrape * INTERVAL_MILLIS;
    }
    boolean[] missed = new boolean[SCRAPES];
    for (int gap = random.nextInt(4); gap > 0; gap--) {
      int from = random.nextInt(SCRAPES);
      for (int i = from; i < Math.min(SCRAPES, from + random.nextInt(1, 50)); i++) {
        missed[i] = true;
      }
    }
    Target target = new Target("host-" + number + ":9100", times, missed);
    for (String path : List.of("/buy", "/pay", "/status")) {
      for (String code : List.of("200", "404", "500")) {
        target.add(counter(50_000), "http_requests_total", "path", path, "code", code);
      }
      if (!path.equals("/status")) {
        addHistogram(target, path);
      }
    }
    for (String queue : List.of("mail", "print")) {
      target.add(counter(0), "jobs_started_total", "queue", queue);
      target.add(_ -> random.nextInt(-5, 20), "queue_length", "queue", queue);
      double most = random.nextInt(1, 4);
      target.add(_ -> random.nextInt(8) == 0 ? most + 1 : most, "workers", "queue", queue);
    }
    for (String sensor : List.of("board", "disk", "room")) {
      target.add(_ -> 20 + 10 * random.nextGaussian(), "temperature_celsius", "sensor", sensor);
    }
    target.add(_ -> 1e9 + 1e8 * random.nextDouble(), "memory_bytes");
    // One instance has none, and versions change.
    if (number > 0) {
      int change = random.nextInt(SCRAPES);
      target.addBetween(0, change, _ -> 1, "build_info", "version", "1." + number);
      target.addBetween(change, SCRAPES, _ -> 1, "build_info", "version", "2.0");
    }
    for (String kind : List.of("infinite", "mixed", "large", "small")) {
      target.add(_ -> odd(kind), "calibration", "kind", kind);
    }
  }

  private Values counter(double base) {
    double[] value = {base + random.nextInt(100)};
    return _ -> {
      value[0] += random.nextInt(4) == 0 ? 0 : random.nextInt(40);
      if (random.nextInt(150) == 0) {
        value[0] = base == 0 ? random.nextInt(3) : base / 2 + random.nextInt(1000);
      }
      return value[0];
    };
  }

  private void addHistogram(Target target, String path) {
    double[][] cumulative = new double[SCRAPES][BOUNDS.size()];
    double[] counts = random.doubles(BOUNDS.size(), 20_000, 30_000).map(Math::floor).toArray();
    for (int scrape = 0; scrape < SCRAPES; scrape++) {
      double sum = 0;
      for (int bucket = 0; bucket < counts.length; bucket++) {
        counts[bucket] += random.nextInt(9);
        sum += counts[bucket];
        cumulative[scrape][bucket] = sum;
      }
    }
    String name = "request_duration_seconds";
    for (int bucket = 0; bucket < counts.length; bucket++) {
      int place = bucket;
      target.add(
          scrape -> cumulative[scrape][place],
          name + "_bucket",
          "path",
          path,
          "le",
          BOUNDS.get(bucket));
    }
    target.add(scrape -> cumulative[scrape][BOUNDS.size() - 1], name + "_count", "path", path);
    target.add(scrape -> cumulative[scrape][1] * 2, name + "_sum", "path", path);
  }

  private double odd(String kind) {
    double[] choice =
        switch (kind) {
          case "infinite" -> new double[] {Double.POSITIVE_INFINITY, 1, 2};
          case "large" -> new double[] {1e300, 1.5e308, -1e300};
          case "small" -> new double[] {-0.0, 0, Double.MIN_VALUE, 1e-300};
          default ->
              new double[] {
                Double.NaN, 3, -7, 0, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 0.25
              };
        };
    return choice[random.nextInt(choice.length)];
  }

  /// The value of a series at a scrape.
  private interface Values {
    double at(int scrape);
  }

  /// An instance and when it was scraped.
  private final class Target {
    private final String instance;
    private final long[] times;
    private final boolean[] missed;

    Target(String instance, long[] times, boolean[] missed) {
      this.instance = instance;
      this.times = times;
      this.missed = missed;
    }

    void add(Values values, String name, String... labels) {
      int from = random.nextInt(5) == 0 ? random.nextInt(SCRAPES / 2) : 0;
      int to = random.nextInt(5) == 0 ? random.nextInt(SCRAPES / 2, SCRAPES) : SCRAPES;
      addBetween(from, to, values, name, labels);
    }

    void addBetween(int from, int to, Values values, String name, String... labels) {
      Labels.Builder all =
          Labels.builder().set(Labels.NAME, name).set("job", "shop").set("instance", instance);
      for (int i = 0; i < labels.length; i += 2) {
        all.set(labels[i], labels[i + 1]);
      }
      List<Sample> written = samples.computeIfAbsent(all.build(), _ -> new ArrayList<>());
      for (int scrape = 0; scrape < SCRAPES; scrape++) {
        double value = values.at(scrape);
        boolean there = scrape >= from && scrape < to && !missed[scrape];
        if (there) {
          written.add(new Sample(times[scrape], value));
        } else if (!written.isEmpty() && !StalenessMarker.is(written.getLast().value())) {
          written.add(new Sample(times[scrape], StalenessMarker.VALUE));
        }
      }
    }
  }
}
