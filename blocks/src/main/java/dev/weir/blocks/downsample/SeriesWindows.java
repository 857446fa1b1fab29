package dev.weir.blocks.downsample;

import static java.util.Objects.requireNonNull;

import dev.weir.model.AbsentValue;
import dev.weir.model.NativeHistogram;
import dev.weir.model.SeriesMeta;
import dev.weir.model.StalenessMarker;
import dev.weir.model.source.GroupSamples;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The windows of one series.
///
/// @param counts samples of each window of the group, and so the next three; [AbsentValue] where
///   there are none
/// @param startMillis the start timestamp of all samples; 0 if none is known
record SeriesWindows(
    SeriesMeta series,
    double[] counts,
    double[] sums,
    double[] minima,
    double[] maxima,
    WindowEdges edges,
    long startMillis) {
  /// Windows of so few samples, on average, take more than the samples.
  private static final int FEW_SAMPLES = 4;

  /// Puts the samples of a series together.
  ///
  /// @param windows where each window of the group's rows ends: index behind its last row
  /// @return null if the samples are better kept as they are
  static @Nullable SeriesWindows of(
      SeriesMeta series, long[] timestamps, int[] windows, GroupSamples.Column column) {
    long start = commonStart(timestamps, column);
    if (start < 0 || hasHistograms(column)) {
      return null;
    }
    SeriesWindows result =
        new SeriesWindows(
            series,
            absent(windows.length),
            absent(windows.length),
            absent(windows.length),
            absent(windows.length),
            new WindowEdges(),
            start);
    long samples = 0;
    int filled = 0;
    int from = 0;
    int[] rows = new int[longest(windows)];
    for (int window = 0; window < windows.length; window++) {
      int count = result.addWindow(window, from, windows[window], column.values(), rows);
      samples += count;
      filled += count > 0 ? 1 : 0;
      from = windows[window];
    }
    return samples <= (long) FEW_SAMPLES * filled ? null : result;
  }

  private static double[] absent(int length) {
    double[] absent = new double[length];
    Arrays.fill(absent, AbsentValue.VALUE);
    return absent;
  }

  private static int longest(int[] windows) {
    int longest = 0;
    int from = 0;
    for (int to : windows) {
      longest = Math.max(longest, to - from);
      from = to;
    }
    return longest;
  }

  private static boolean hasHistograms(GroupSamples.Column column) {
    @Nullable NativeHistogram[] histograms = column.histograms();
    if (histograms != null) {
      for (NativeHistogram histogram : histograms) {
        if (histogram != null) {
          return true;
        }
      }
    }
    return false;
  }

  /// The start timestamp of all samples, 0 if none has one; -1 if they differ, or say more than
  /// that the series began before them.
  private static long commonStart(long[] timestamps, GroupSamples.Column column) {
    long[] starts = column.startTimestampsMillis();
    if (starts == null) {
      return 0;
    }
    long common = 0;
    boolean first = true;
    for (int row = 0; row < starts.length; row++) {
      if (!column.hasSample(row)) {
        continue;
      }
      if (first) {
        common = starts[row];
        first = false;
        if (common < 0 || common >= timestamps[row]) {
          return -1;
        }
      } else if (starts[row] != common) {
        return -1;
      }
    }
    return common;
  }

  private int addWindow(int window, int from, int to, double[] values, int[] rows) {
    int count = 0;
    int marker = -1;
    double sum = 0;
    double compensation = 0;
    double min = Double.NaN;
    double max = Double.NaN;
    for (int row = from; row < to; row++) {
      double value = values[row];
      if (Double.isNaN(value)) {
        if (AbsentValue.is(value)) {
          continue;
        }
        if (StalenessMarker.is(value)) {
          marker = row;
          continue;
        }
      }
      rows[count++] = row;
      marker = -1;
      double total = sum + value;
      compensation +=
          Math.abs(sum) >= Math.abs(value) ? (sum - total) + value : (value - total) + sum;
      sum = total;
      min = value < min || Double.isNaN(min) ? value : min;
      max = value > max || Double.isNaN(max) ? value : max;
    }
    edges.addWindow(rows, values, count, marker);
    if (count > 0) {
      counts[window] = count;
      sums[window] = Double.isInfinite(sum) ? sum : sum + compensation;
      minima[window] = min;
      maxima[window] = max;
    }
    return count;
  }

  /// What is kept at the ends of windows.
  double[] atWindowEnd(Aggregate aggregate) {
    return requireNonNull(
        switch (aggregate) {
          case COUNT -> counts;
          case SUM -> sums;
          case MIN -> minima;
          case MAX -> maxima;
          case EDGES, WEIGHTS, SAMPLES -> null;
        },
        "kept at the end of windows");
  }
}
