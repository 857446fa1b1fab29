package dev.weir.benchmarks.comparison;

import dev.weir.benchmarks.comparison.Metric.Kind;
import dev.weir.benchmarks.schemas.RecordedScrapes;
import dev.weir.benchmarks.schemas.RecordedScrapes.Scrape;
import dev.weir.model.AbsentValue;
import dev.weir.model.Labels;
import dev.weir.model.SeriesMeta;
import dev.weir.model.StalenessMarker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Recorded scrapes of real exporters, placed 15 seconds apart.
///
/// Counters are raised by a large number: how a rate is extrapolated near zero has changed since
/// Prometheus 2.42, and [GeneratedData] has counters for that.
final class RecordedData {
  private static final int SCRAPES = 420;
  private static final int INTERVAL_MILLIS = 15_000;
  private static final String SUFFIX = ".txt.gz";
  private static final Pattern COUNTER = Pattern.compile("_(total|sum|count)$");

  private RecordedData() {}

  /// All recordings of a folder; each is an instance of a job with its file's name.
  static ComparedData of(Path folder, long endMillis) throws IOException {
    long end = endMillis / 1000 * 1000;
    long start = end - (long) SCRAPES * INTERVAL_MILLIS;
    List<Series> series = new ArrayList<>();
    Map<String, Metric> metrics = new LinkedHashMap<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(path -> path.toString().endsWith(SUFFIX)).sorted().toList()) {
        String job = String.valueOf(file.getFileName()).replace(SUFFIX, "");
        List<Scrape> scrapes = RecordedScrapes.read(file, job, job + ".example.com:9100");
        add(scrapes.subList(0, Math.min(SCRAPES, scrapes.size())), start, series, metrics);
      }
    }
    return new ComparedData(series, List.copyOf(metrics.values()), start, end);
  }

  private static void add(
      List<Scrape> scrapes, long start, List<Series> series, Map<String, Metric> metrics) {
    Map<SeriesMeta, double[]> columns = new LinkedHashMap<>();
    for (int i = 0; i < scrapes.size(); i++) {
      Scrape scrape = scrapes.get(i);
      for (int column = 0; column < scrape.values().length; column++) {
        SeriesMeta meta = scrape.layout().series().get(column);
        columns.computeIfAbsent(meta, _ -> absent(scrapes.size()))[i] = scrape.values()[column];
      }
    }
    Map<Labels, Series> sorted = new TreeMap<>();
    columns.forEach((meta, values) -> {
      Kind kind = kind(meta);
      sorted.put(meta.labels(), series(meta.labels(), values, start, kind));
      metrics.putIfAbsent(
          meta.labels().metricName(),
          new Metric(meta.labels().metricName(), kind, labels(meta.labels())));
    });
    series.addAll(sorted.values());
  }

  private static double[] absent(int size) {
    double[] values = new double[size];
    Arrays.fill(values, AbsentValue.VALUE);
    return values;
  }

  private static List<String> labels(Labels labels) {
    return labels.toMap().keySet().stream()
        .filter(
            name -> !name.equals(Labels.NAME) && !name.equals("job") && !name.equals("instance"))
        .toList();
  }

  private static Kind kind(SeriesMeta meta) {
    return switch (meta.type()) {
      case COUNTER -> Kind.COUNTER;
      case HISTOGRAM -> meta.labels().get(Labels.BUCKET).isEmpty() ? Kind.COUNTER : Kind.BUCKETS;
      case SUMMARY -> meta.labels().has("quantile") ? Kind.ODD : Kind.COUNTER;
      case INFO, STATESET -> Kind.INFO;
      case GAUGE, GAUGE_HISTOGRAM ->
          meta.labels().metricName().endsWith("_info") ? Kind.INFO : Kind.ODD;
      // Types are recorded with the first scrape, and some metrics come later.
      case UNKNOWN ->
          meta.labels().has(Labels.BUCKET)
              ? Kind.BUCKETS
              : COUNTER.matcher(meta.labels().metricName()).find() ? Kind.COUNTER : Kind.ODD;
    };
  }

  private static Series series(Labels labels, double[] values, long start, Kind kind) {
    boolean raised = kind == Kind.COUNTER || kind == Kind.BUCKETS;
    double base = raised ? Math.ceil(100 * largest(values)) : 0;
    List<Integer> places = new ArrayList<>();
    for (int i = 0; i < values.length; i++) {
      if (!AbsentValue.is(values[i])) {
        places.add(i);
      } else if (!places.isEmpty() && !StalenessMarker.is(values[places.getLast()])) {
        values[i] = StalenessMarker.VALUE;
        places.add(i);
      }
    }
    return new Series(
        labels,
        places.stream().mapToLong(place -> timestamp(start, place)).toArray(),
        places.stream()
            .mapToDouble(place ->
                raised && !Double.isNaN(values[place]) ? base + values[place] : values[place])
            .toArray());
  }

  private static double largest(double[] values) {
    double largest = 0;
    for (double value : values) {
      if (Double.isFinite(value)) {
        largest = Math.max(largest, value);
      }
    }
    return largest;
  }

  private static long timestamp(long start, int place) {
    int span = ComparedData.LAST_MILLIS - ComparedData.FIRST_MILLIS;
    return start + (long) place * INTERVAL_MILLIS + ComparedData.FIRST_MILLIS + place * 7L % span;
  }
}
