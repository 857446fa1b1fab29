package dev.weir.benchmarks.query;

import dev.weir.benchmarks.schemas.RecordedScrapes;
import dev.weir.benchmarks.schemas.RecordedScrapes.Scrape;
import dev.weir.model.AbsentValue;
import dev.weir.model.SeriesMeta;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Instances of exporters, made from recordings: each starts at another scrape of its recording and
/// multiplies all values by a whole number of its own, so that no two have the same values. After
/// the last scrape of a recording it goes back to the first, scrape by scrape, and then on again;
/// counters count on meanwhile. So what comes later is like what came before, and no copy of it
/// that a compressor could refer to.
public final class RecordedInstances {
  /// A job and its instances.
  ///
  /// @param recording that they are made from
  public record Job(String name, Path recording, int instances) {}

  /// One instance.
  ///
  /// @param series in the order of the values
  /// @param recorded values of the recording: for each scrape, one for each series
  /// @param counters which of the series are cumulative
  /// @param first scrape of the recording that comes first
  /// @param scale that values are multiplied with
  public record Instance(
      List<SeriesMeta> series, double[][] recorded, boolean[] counters, int first, int scale) {
    /// What a scrape has for each series; [AbsentValue] where it has none.
    public double[] scrape(int number) {
      int place = first + number;
      int rounds = place / recorded.length;
      boolean back = rounds % 2 == 1;
      int step = place % recorded.length;
      double[] values = recorded[back ? recorded.length - 1 - step : step].clone();
      double[] begin = recorded[0];
      double[] end = recorded[recorded.length - 1];
      for (int i = 0; i < values.length; i++) {
        if (AbsentValue.is(values[i])) {
          continue;
        }
        boolean goesOn =
            rounds > 0 && counters[i] && Double.isFinite(begin[i]) && Double.isFinite(end[i]);
        values[i] =
            goesOn
                ? later(values[i], begin[i], end[i], rounds, back)
                : isWhole(values[i]) || !Double.isFinite(values[i])
                    ? scale * values[i]
                    : times(scale, BigDecimal.valueOf(values[i]));
      }
      return values;
    }

    /// Decimals stay decimals, as exporters write them.
    ///
    /// @param back whether the recording is gone through from its end
    private double later(double value, double begin, double end, int rounds, boolean back) {
      if (isWhole(value) && isWhole(begin) && isWhole(end)) {
        return scale * ((back ? begin + end - value : value) + rounds * (end - begin));
      }
      BigDecimal first = BigDecimal.valueOf(begin);
      BigDecimal last = BigDecimal.valueOf(end);
      BigDecimal recordedValue = BigDecimal.valueOf(value);
      BigDecimal counted = back ? first.add(last).subtract(recordedValue) : recordedValue;
      return times(scale, last.subtract(first).multiply(BigDecimal.valueOf(rounds)).add(counted));
    }

    private static boolean isWhole(double value) {
      return value == Math.rint(value) && Math.abs(value) < 1L << 50;
    }

    private static double times(int scale, BigDecimal value) {
      return value.multiply(BigDecimal.valueOf(scale)).doubleValue();
    }
  }

  /// How many scrapes one instance starts after the one before.
  private static final int SHIFT = 37;

  private static final int SCALES = 9;

  private RecordedInstances() {}

  /// The jobs that peers are compared with: 52 instances with about 25,650 series.
  ///
  /// @param recordings the directory with `rec_node.txt.gz` and `rec_prom.txt.gz`
  public static List<Instance> compared(Path recordings) throws IOException {
    return compared(recordings, 1);
  }

  /// The same jobs with several times as many instances.
  public static List<Instance> compared(Path recordings, int times) throws IOException {
    Path node = recordings.resolve("rec_node.txt.gz");
    Path prometheus = recordings.resolve("rec_prom.txt.gz");
    return of(
        List.of(
            new Job("node", node, 28 * times),
            new Job("prometheus", prometheus, 15 * times),
            new Job("edge", node, 9 * times)));
  }

  private static SeriesMeta at(String instance, SeriesMeta series) {
    return new SeriesMeta(
        series.labels().toBuilder().set("instance", instance).build(), series.type());
  }

  /// The instances of all jobs.
  public static List<Instance> of(List<Job> jobs) throws IOException {
    List<Instance> instances = new ArrayList<>();
    for (Job job : jobs) {
      List<Scrape> scrapes = RecordedScrapes.read(job.recording(), job.name(), "");
      Map<SeriesMeta, Integer> places = new HashMap<>();
      List<SeriesMeta> series = new ArrayList<>();
      for (Scrape scrape : scrapes) {
        for (SeriesMeta meta : scrape.layout().series()) {
          if (places.putIfAbsent(meta, series.size()) == null) {
            series.add(meta);
          }
        }
      }
      double[][] recorded = new double[scrapes.size()][];
      for (int i = 0; i < recorded.length; i++) {
        recorded[i] = valuesOf(scrapes.get(i), places);
      }
      boolean[] counters = new boolean[series.size()];
      for (int i = 0; i < counters.length; i++) {
        counters[i] = isCumulative(series.get(i));
      }
      for (int i = 0; i < job.instances(); i++) {
        String name = "%s-%02d.example.com:9100".formatted(job.name(), i);
        List<SeriesMeta> ofInstance = series.stream().map(meta -> at(name, meta)).toList();
        int number = instances.size();
        instances.add(
            new Instance(
                ofInstance,
                recorded,
                counters,
                number * SHIFT % recorded.length,
                1 + number % SCALES));
      }
    }
    return instances;
  }

  private static double[] valuesOf(Scrape scrape, Map<SeriesMeta, Integer> places) {
    double[] values = new double[places.size()];
    Arrays.fill(values, AbsentValue.VALUE);
    for (int column = 0; column < scrape.values().length; column++) {
      values[places.getOrDefault(scrape.layout().series().get(column), -1)] =
          scrape.values()[column];
    }
    return values;
  }

  private static boolean isCumulative(SeriesMeta series) {
    return switch (series.type()) {
      case COUNTER, HISTOGRAM -> true;
      // Of a summary, its quantiles are not.
      case SUMMARY -> series.labels().get("quantile").isEmpty();
      case GAUGE, GAUGE_HISTOGRAM, INFO, STATESET, UNKNOWN -> false;
    };
  }
}
