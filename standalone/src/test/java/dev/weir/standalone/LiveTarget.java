package dev.weir.standalone;

import dev.weir.model.Labels;
import dev.weir.model.StalenessMarker;
import dev.weir.testing.GroupRow.Sample;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;

/// A target of a [LiveFeed]: goes down and comes up, starts anew and counts from zero, has workers
/// that come and go, and a sensor that sometimes reads NaN.
final class LiveTarget {
  private static final List<String> LE = List.of("0.1", "0.5", "+Inf");
  private static final int WORKERS = 4;

  private final String job;
  private final String instance;
  private final Random random;
  private final Map<Labels, Double> counters = new TreeMap<>();
  private final TreeSet<Integer> workers = new TreeSet<>();
  private final List<Labels> shown = new ArrayList<>();
  private boolean up = true;
  private double queue;

  LiveTarget(String job, String instance, Random random) {
    this.job = job;
    this.instance = instance;
    this.random = random;
    for (String path : List.of("/", "/cart")) {
      for (String code : List.of("200", "500")) {
        counters.put(series("http_requests_total", "path", path, "code", code), 0.0);
      }
    }
    for (String le : LE) {
      counters.put(series("http_duration_seconds_bucket", "le", le), 0.0);
    }
  }

  String instance() {
    return instance;
  }

  private Labels series(String name, String... more) {
    Labels.Builder labels =
        Labels.of("__name__", name, "job", job, "instance", instance).toBuilder();
    for (int i = 0; i < more.length; i += 2) {
      labels.set(more[i], more[i + 1]);
    }
    return labels.build();
  }

  /// Time passes, and the target is scraped.
  List<Sample> scrape(long timestampMillis) {
    if (random.nextInt(up ? 40 : 10) == 0) {
      up = !up;
      if (up && random.nextInt(3) > 0) {
        counters.replaceAll((_, _) -> 0.0);
      }
    }
    Map<Labels, Double> values = new TreeMap<>();
    values.put(series("up"), up ? 1.0 : 0.0);
    if (up) {
      run(values);
    }
    for (Labels labels : shown) {
      // Now and then nobody says that a series has ended.
      if (!values.containsKey(labels) && random.nextInt(8) > 0) {
        values.put(labels, StalenessMarker.VALUE);
      }
    }
    shown.clear();
    List<Sample> samples = new ArrayList<>();
    values.forEach((labels, value) -> {
      samples.add(Sample.of(labels, timestampMillis, value));
      if (!StalenessMarker.is(value)) {
        shown.add(labels);
      }
    });
    return samples;
  }

  private void run(Map<Labels, Double> values) {
    double observed = 0;
    for (Map.Entry<Labels, Double> counter : counters.entrySet()) {
      if (counter.getKey().has("le")) {
        // Buckets are cumulative, and labels sort "+Inf" before "0.1".
        counter.setValue(counter.getValue() + random.nextInt(5));
      } else {
        counter.setValue(counter.getValue() + random.nextInt(20) + random.nextDouble());
        observed += counter.getValue();
      }
      values.put(counter.getKey(), counter.getValue());
    }
    queue = Math.max(0, queue + random.nextGaussian());
    values.put(series("queue_length"), queue);
    values.put(
        series("temperature_celsius"),
        random.nextInt(6) == 0 ? Double.NaN : 20 + random.nextInt(400) / 10.0);
    values.put(series("disk_size_bytes"), 1e11);
    values.put(series("disk_free_bytes"), 1e11 / (1 + observed % 97));
    if (random.nextInt(6) == 0) {
      int worker = random.nextInt(WORKERS);
      if (!workers.remove(worker)) {
        workers.add(worker);
      }
    }
    for (int worker : workers) {
      values.put(series("worker_busy", "worker", "w-" + worker), (double) random.nextInt(2));
    }
  }
}
