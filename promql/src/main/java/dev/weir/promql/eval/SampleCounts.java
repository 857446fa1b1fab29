package dev.weir.promql.eval;

import dev.weir.model.AbsentValue;
import dev.weir.model.NativeHistogram;
import dev.weir.model.StalenessMarker;
import dev.weir.promql.eval.range.RangeFunction;
import dev.weir.promql.eval.select.SampleColumns;
import dev.weir.promql.eval.select.SampleColumns.SampleColumn;
import dev.weir.promql.eval.select.Windows;
import dev.weir.promql.eval.vector.VectorSeries;
import dev.weir.promql.query.QueryValue;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Counts samples as Prometheus does for `totalQueryableSamples`: what is in a window counts at
/// each step, and a histogram as many samples as would take its memory.
final class SampleCounts {
  /// What a float sample and its timestamp take in Prometheus.
  private static final int SAMPLE_BYTES = 16;

  /// What a histogram takes there beside its spans and buckets, with its timestamp.
  private static final int HISTOGRAM_BYTES = 176;

  private static final int SPAN_BYTES = 8;

  private SampleCounts() {}

  /// The samples that an instant selector found.
  static long[] atSteps(List<VectorSeries> series, int steps) {
    long[] counts = new long[steps];
    for (VectorSeries one : series) {
      for (int step = 0; step < steps; step++) {
        if (one.hasSample(step)) {
          counts[step] += size(one.histogram(step));
        }
      }
    }
    return counts;
  }

  /// The same group, whose samples in the windows of a range are counted as its columns are read.
  ///
  /// @param counts of each step; is added to
  static SampleColumns inWindows(SampleColumns group, RangeFunction.Range range, long[] counts) {
    long[] timestamps = group.timestampsMillis();
    Windows windows = Windows.of(timestamps, range.reachedEnds(), range.reachedMillis());
    long[] before = new long[timestamps.length + 1];
    return new SampleColumns(
        timestamps,
        group.size(),
        series -> {
          SampleColumn column = group.column(series);
          double[] values = column.values();
          NativeHistogram[] histograms = column.histograms();
          for (int i = 0; i < timestamps.length; i++) {
            NativeHistogram histogram = histograms == null ? null : histograms[i];
            before[i + 1] = before[i] + (isSample(values[i], histogram) ? size(histogram) : 0);
          }
          for (int step = 0; step < counts.length; step++) {
            counts[step] += before[windows.to()[step]] - before[windows.from()[step]];
          }
          return column;
        });
  }

  private static boolean isSample(double value, @Nullable NativeHistogram histogram) {
    return histogram == null
        ? !AbsentValue.is(value) && !StalenessMarker.is(value)
        : !histogram.isStale();
  }

  /// All samples of a range that was selected for itself.
  static long[] of(List<QueryValue.Series> series) {
    long count = 0;
    for (QueryValue.Series one : series) {
      for (int i = 0; i < one.values().length; i++) {
        count += size(one.histogram(i));
      }
    }
    return new long[] {count};
  }

  private static long size(@Nullable NativeHistogram histogram) {
    if (histogram == null) {
      return 1;
    }
    long spans =
        (long) histogram.positive().lengths().length + histogram.negative().lengths().length;
    long numbers =
        (long) histogram.positive().counts().length
            + histogram.negative().counts().length
            + histogram.customBounds().length;
    return (HISTOGRAM_BYTES + spans * SPAN_BYTES + numbers * Double.BYTES) / SAMPLE_BYTES;
  }
}
