package dev.weir.testing;

import static java.util.Objects.requireNonNull;

import dev.weir.model.AbsentValue;
import dev.weir.model.GroupKey;
import dev.weir.model.Labels;
import dev.weir.model.Layout;
import dev.weir.model.MetricType;
import dev.weir.model.NativeHistogram;
import dev.weir.model.PartitionKey;
import dev.weir.model.Row;
import dev.weir.model.SeriesMeta;
import dev.weir.model.Slice;
import dev.weir.model.Tenant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A row, the group it belongs to, and the layout that says whose its values are: what reaches
/// storage, without the record around it.
public record GroupRow(GroupKey group, Layout layout, Row row) {
  public GroupRow {
    requireNonNull(group, "group");
    requireNonNull(layout, "layout");
    requireNonNull(row, "row");
    row.checkFits(layout.size());
  }

  /// One sample of one series, as a fixture lists them.
  ///
  /// @param value [AbsentValue] if the sample is a histogram
  /// @param startTimestampMillis 0 if unknown
  public record Sample(
      SeriesMeta series,
      long timestampMillis,
      double value,
      @Nullable NativeHistogram histogram,
      long startTimestampMillis) {
    public static Sample of(Labels labels, long timestampMillis, double value) {
      return new Sample(
          new SeriesMeta(labels, MetricType.UNKNOWN), timestampMillis, value, null, 0);
    }

    public static Sample of(Labels labels, long timestampMillis, NativeHistogram histogram) {
      return new Sample(
          new SeriesMeta(labels, MetricType.UNKNOWN),
          timestampMillis,
          AbsentValue.VALUE,
          histogram,
          0);
    }

    public Sample withStartTimestamp(long millis) {
      return new Sample(series, timestampMillis, value, histogram, millis);
    }

    public Sample withType(MetricType type) {
      return new Sample(
          new SeriesMeta(series.labels(), type),
          timestampMillis,
          value,
          histogram,
          startTimestampMillis);
    }
  }

  /// The values of the row, in the order of its layout; without histograms.
  public List<Sample> values() {
    List<Sample> samples = new ArrayList<>();
    int[] columns = row.columns();
    double[] values = row.values();
    for (int i = 0; i < values.length; i++) {
      if (!AbsentValue.is(values[i])) {
        int column = columns == null ? i : columns[i];
        samples.add(
            Sample.of(layout.series().get(column).labels(), row.timestampMillis(), values[i]));
      }
    }
    return samples;
  }

  private record At(PartitionKey key, long timestampMillis) {}

  /// The rows of samples that were scraped or pushed together: one for each partition key and
  /// timestamp, by time. Of two samples of one series and time, the first is taken.
  public static List<GroupRow> of(Tenant tenant, List<Sample> samples) {
    return of(tenant, "", samples);
  }

  /// The same, as scraped from a target.
  public static List<GroupRow> of(Tenant tenant, String target, List<Sample> samples) {
    Map<At, Map<Labels, Sample>> rows =
        new TreeMap<>((a, b) -> {
          int byTime = Long.compare(a.timestampMillis, b.timestampMillis);
          return byTime != 0 ? byTime : a.key.compareTo(b.key);
        });
    for (Sample sample : samples) {
      Labels labels = sample.series().labels();
      rows.computeIfAbsent(
              new At(PartitionKey.of(tenant, labels), sample.timestampMillis()),
              _ -> new TreeMap<>())
          .putIfAbsent(labels, sample);
    }
    List<GroupRow> result = new ArrayList<>();
    rows.forEach((at, columns) ->
        result.add(
            row(
                new GroupKey(at.key, target, Slice.WHOLE),
                at.timestampMillis,
                List.copyOf(columns.values()))));
    return result;
  }

  private static GroupRow row(GroupKey group, long timestampMillis, List<Sample> sorted) {
    Layout layout = Layout.of(sorted.stream().map(Sample::series).toList());
    double[] values = new double[sorted.size()];
    int[] histogramColumns = new int[sorted.size()];
    NativeHistogram[] histograms = new NativeHistogram[sorted.size()];
    int[] startColumns = new int[sorted.size()];
    long[] starts = new long[sorted.size()];
    int histogramCount = 0;
    int startCount = 0;
    for (int column = 0; column < sorted.size(); column++) {
      Sample sample = sorted.get(column);
      values[column] = sample.value();
      NativeHistogram histogram = sample.histogram();
      if (histogram != null) {
        histogramColumns[histogramCount] = column;
        histograms[histogramCount++] = histogram;
      }
      if (sample.startTimestampMillis() != 0) {
        startColumns[startCount] = column;
        starts[startCount++] = sample.startTimestampMillis();
      }
    }
    return new GroupRow(
        group,
        layout,
        new Row(
            timestampMillis,
            null,
            values,
            new Row.Histograms(
                Arrays.copyOf(histogramColumns, histogramCount),
                Arrays.copyOf(histograms, histogramCount)),
            new Row.StartTimestamps(
                Arrays.copyOf(startColumns, startCount), Arrays.copyOf(starts, startCount)),
            List.of()));
  }
}
