package dev.weir.promql.eval.range;

import dev.weir.model.AbsentValue;
import dev.weir.model.NativeHistogram;
import dev.weir.model.StalenessMarker;
import dev.weir.promql.eval.select.SampleColumns.SampleColumn;
import dev.weir.promql.eval.select.Windows;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The samples of a column that are in any window, without gaps and staleness markers.
///
/// @param histograms null where a sample is a float; null if all are
/// @param startTimestampsMillis null if none is known
/// @param windows over these samples
/// @param weights as in [FloatWindows]
record ColumnSamples(
    long[] timestampsMillis,
    double[] values,
    @Nullable NativeHistogram @Nullable [] histograms,
    long @Nullable [] startTimestampsMillis,
    Windows windows,
    double @Nullable [] weights) {
  /// Which samples are wanted.
  enum Kind {
    FLOATS,
    HISTOGRAMS,
    ALL
  }

  /// The samples of a kind.
  ///
  /// @param starts the column's start timestamps, null if they do not matter
  static ColumnSamples of(
      Kind kind,
      long[] timestamps,
      SampleColumn column,
      long @Nullable [] starts,
      Windows windows) {
    int begin = windows.begin();
    int end = windows.end();
    double[] values = column.values();
    NativeHistogram[] histograms = kind == Kind.FLOATS ? null : column.histograms();
    int[] kept = new int[end + 1];
    long[] keptTimestamps = new long[end - begin];
    double[] keptValues = new double[end - begin];
    @Nullable NativeHistogram[] keptHistograms =
        histograms == null ? null : new NativeHistogram[end - begin];
    long[] keptStarts = starts == null ? null : new long[end - begin];
    double[] weights = column.weights();
    double[] keptWeights = weights == null ? null : new double[end - begin];
    int count = 0;
    for (int i = begin; i < end; i++) {
      kept[i] = count;
      NativeHistogram histogram = histograms == null ? null : histograms[i];
      boolean isHistogram = isHistogram(histogram);
      if (!isHistogram && (kind == Kind.HISTOGRAMS || histogram != null || !isFloat(values[i]))) {
        continue;
      }
      keptTimestamps[count] = timestamps[i];
      keptValues[count] = isHistogram ? 0 : values[i];
      if (keptHistograms != null && isHistogram) {
        keptHistograms[count] = histogram;
      }
      if (keptStarts != null && starts != null) {
        keptStarts[count] = starts[i];
      }
      if (keptWeights != null && weights != null) {
        keptWeights[count] = isHistogram ? 1 : weights[i];
      }
      count++;
    }
    kept[end] = count;
    return new ColumnSamples(
        Arrays.copyOf(keptTimestamps, count),
        keptValues,
        keptHistograms,
        keptStarts,
        windows.over(kept),
        keptWeights);
  }

  static boolean isFloat(double value) {
    // Ordinary numbers are decided by the first comparison.
    return !Double.isNaN(value) || !(AbsentValue.is(value) || StalenessMarker.is(value));
  }

  static boolean isHistogram(@Nullable NativeHistogram histogram) {
    return histogram != null && !histogram.isStale();
  }

  /// How many samples are in a step's window.
  int count(int step) {
    return windows.to()[step] - windows.from()[step];
  }
}
