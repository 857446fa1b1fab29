package dev.weir.promql.script;

import dev.weir.model.Labels;
import dev.weir.model.NativeHistogram;
import dev.weir.model.NativeHistogram.Buckets;
import dev.weir.model.NativeHistogram.ResetHint;
import dev.weir.model.StalenessMarker;
import dev.weir.model.notation.SeriesNotation.LoadedSeries;
import dev.weir.model.notation.SeriesNotation.Sample;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Makes native histograms with custom buckets of classic ones: what `load_with_nhcb` loads besides
/// the classic series.
final class CustomBucketHistograms {
  private static final String BUCKET_SUFFIX = "_bucket";
  private static final String COUNT_SUFFIX = "_count";
  private static final String SUM_SUFFIX = "_sum";

  /// One classic histogram at one time.
  private static final class Classic {
    private final TreeMap<Double, Double> cumulativeCounts = new TreeMap<>();
    private double count = Double.NaN;
    private boolean hasCount;
    private double sum;
  }

  private final Map<Labels, TreeMap<Long, Classic>> histograms = new TreeMap<>();

  private CustomBucketHistograms() {}

  static List<LoadedSeries> of(List<LoadedSeries> classicSeries) {
    CustomBucketHistograms converted = new CustomBucketHistograms();
    classicSeries.forEach(converted::add);
    List<LoadedSeries> result = new ArrayList<>();
    converted.histograms.forEach((labels, byTime) -> {
      List<Sample> samples = new ArrayList<>();
      byTime.forEach((timestampMillis, classic) ->
          samples.add(new Sample(timestampMillis, 0, convert(classic), 0)));
      result.add(new LoadedSeries(labels, samples));
    });
    return result;
  }

  private void add(LoadedSeries series) {
    String name = series.labels().metricName();
    if (name.endsWith(BUCKET_SUFFIX)) {
      double bound = bound(series.labels().get(Labels.BUCKET));
      if (!Double.isNaN(bound)) {
        add(
            series,
            BUCKET_SUFFIX,
            (classic, value) -> classic.cumulativeCounts.putIfAbsent(bound, value));
      }
    } else if (name.endsWith(COUNT_SUFFIX)) {
      add(
          series,
          COUNT_SUFFIX,
          (classic, value) -> {
            classic.count = value;
            classic.hasCount = true;
          });
    } else if (name.endsWith(SUM_SUFFIX)) {
      add(series, SUM_SUFFIX, (classic, value) -> classic.sum = value);
    }
  }

  private static double bound(String text) {
    return switch (text) {
      case "+Inf", "Inf", "+inf", "inf" -> Double.POSITIVE_INFINITY;
      default -> {
        try {
          yield Double.parseDouble(text);
        } catch (NumberFormatException e) {
          // Such a series belongs to no bucket; queries warn of it.
          yield Double.NaN;
        }
      }
    };
  }

  private interface Setter {
    void set(Classic classic, double value);
  }

  private void add(LoadedSeries series, String suffix, Setter setter) {
    String name = series.labels().metricName();
    Labels labels =
        series
            .labels()
            .without(Labels.BUCKET)
            .with(Labels.NAME, name.substring(0, name.length() - suffix.length()));
    TreeMap<Long, Classic> byTime = histograms.computeIfAbsent(labels, _ -> new TreeMap<>());
    for (Sample sample : series.samples()) {
      if (sample.histogram() == null && !StalenessMarker.is(sample.value())) {
        setter.set(
            byTime.computeIfAbsent(sample.timestampMillis(), _ -> new Classic()), sample.value());
      }
    }
  }

  private static NativeHistogram convert(Classic classic) {
    TreeMap<Double, Double> cumulative = classic.cumulativeCounts;
    double count =
        classic.hasCount
            ? classic.count
            : cumulative.isEmpty() ? 0 : cumulative.lastEntry().getValue();
    cumulative.putIfAbsent(Double.POSITIVE_INFINITY, count);
    double[] bounds = new double[cumulative.size() - 1];
    double[] counts = new double[cumulative.size()];
    double below = 0;
    int bucket = 0;
    for (Map.Entry<Double, Double> entry : cumulative.entrySet()) {
      if (bucket < bounds.length) {
        bounds[bucket] = entry.getKey();
      }
      counts[bucket++] = entry.getValue() - below;
      below = entry.getValue();
    }
    return new NativeHistogram(
        ResetHint.UNKNOWN,
        NativeHistogram.CUSTOM_BUCKETS_SCHEMA,
        0,
        0,
        count,
        classic.sum,
        new Buckets(new int[] {0}, new int[] {counts.length}, counts),
        Buckets.NONE,
        bounds);
  }
}
