package dev.weir.promql.eval.select;

import dev.weir.model.AbsentValue;
import dev.weir.model.NativeHistogram;
import dev.weir.model.StalenessMarker;
import dev.weir.model.WeirException;
import dev.weir.promql.eval.select.SampleColumns.SampleColumn;
import dev.weir.promql.eval.vector.Steps;
import dev.weir.promql.eval.vector.VectorSeries;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// At each step, the latest sample of the lookback window; none if it is a staleness marker.
public final class InstantSelector implements GroupStream.GroupFunction {
  /// What is taken from the sample.
  public enum Output {
    VALUE,
    /// Its timestamp in seconds: what `timestamp(up)` is.
    TIMESTAMP,
    /// The same, of an info metric, which has to be a float.
    TIMESTAMP_OF_FLOAT,
    /// Its start timestamp in seconds, 0 where it is unknown.
    START_TIMESTAMP
  }

  private final Steps times;
  private final long lookbackMillis;
  private final Output output;

  /// @param times of the samples: the steps, moved by offset and `@`
  public InstantSelector(Steps times, long lookbackMillis, Output output) {
    this.times = times;
    this.lookbackMillis = lookbackMillis;
    this.output = output;
  }

  @Override
  public List<VectorSeries> apply(SampleColumns group) {
    Windows windows = Windows.of(group.timestampsMillis(), times, lookbackMillis);
    int[] last = windows.lasts();
    List<VectorSeries> result = new ArrayList<>(group.size());
    int[] latest = new int[windows.count()];
    for (int i = 0; i < group.size(); i++) {
      SampleColumn column = group.column(i);
      double[] numbers =
          output == Output.VALUE && last.length > 0 ? numbersAt(last, column.values()) : null;
      if (numbers != null) {
        result.add(new VectorSeries(column.labels(), column.dropName(), numbers, null));
      } else if (findLatest(column, windows, latest)) {
        result.add(
            switch (output) {
              case VALUE -> values(column, latest);
              case TIMESTAMP -> timestamps(column, group.timestampsMillis(), latest);
              case TIMESTAMP_OF_FLOAT -> {
                refuseHistograms(column, latest);
                yield timestamps(column, group.timestampsMillis(), latest);
              }
              case START_TIMESTAMP -> startTimestamps(column, latest);
            });
      }
    }
    return result;
  }

  /// The values at these indices; null if one is no number, which may mean that it is absent or
  /// stale, or that a histogram is there.
  private static double @Nullable [] numbersAt(int[] indices, double[] values) {
    double[] numbers = new double[indices.length];
    boolean allNumbers = true;
    for (int i = 0; i < numbers.length; i++) {
      double value = values[indices[i]];
      numbers[i] = value;
      allNumbers &= !Double.isNaN(value);
    }
    return allNumbers ? numbers : null;
  }

  /// Writes for each step the index of its sample, or -1; answers whether there is any.
  private static boolean findLatest(SampleColumn column, Windows windows, int[] latest) {
    double[] values = column.values();
    NativeHistogram[] histograms = column.histograms();
    int[] from = windows.from();
    int[] to = windows.to();
    boolean any = false;
    int known = -1;
    int searchedTo = windows.begin();
    for (int step = 0; step < latest.length; step++) {
      int last = to[step] - 1;
      // Mostly the last one is a number, and nothing else need be looked at.
      if (last >= from[step] && !Double.isNaN(values[last])) {
        known = last;
        latest[step] = last;
        any = true;
      } else {
        // Backwards, but not over what an earlier step has searched.
        int stop = Math.max(searchedTo, from[step]);
        for (int i = last; i >= stop; i--) {
          if (!AbsentValue.is(values[i]) || (histograms != null && histograms[i] != null)) {
            known = i;
            break;
          }
        }
        boolean found = known >= from[step] && !isStale(values, histograms, known);
        latest[step] = found ? known : -1;
        any |= found;
      }
      searchedTo = Math.max(searchedTo, to[step]);
    }
    return any;
  }

  private static boolean isStale(
      double[] values, @Nullable NativeHistogram @Nullable [] histograms, int index) {
    NativeHistogram histogram = histograms == null ? null : histograms[index];
    return histogram == null ? StalenessMarker.is(values[index]) : histogram.isStale();
  }

  private static VectorSeries values(SampleColumn column, int[] latest) {
    double[] values = column.values();
    double[] out = new double[latest.length];
    for (int step = 0; step < latest.length; step++) {
      out[step] = latest[step] < 0 ? AbsentValue.VALUE : values[latest[step]];
    }
    NativeHistogram[] histograms = column.histograms();
    if (histograms == null) {
      return new VectorSeries(column.labels(), column.dropName(), out, null);
    }
    @Nullable NativeHistogram[] outHistograms = new NativeHistogram[latest.length];
    boolean any = false;
    for (int step = 0; step < latest.length; step++) {
      outHistograms[step] = latest[step] < 0 ? null : histograms[latest[step]];
      any |= outHistograms[step] != null;
    }
    return new VectorSeries(column.labels(), column.dropName(), out, any ? outHistograms : null);
  }

  private static void refuseHistograms(SampleColumn column, int[] latest) {
    NativeHistogram[] histograms = column.histograms();
    if (histograms == null) {
      return;
    }
    for (int index : latest) {
      if (index >= 0 && histograms[index] != null) {
        throw new WeirException.Unprocessable("info sample should be float");
      }
    }
  }

  private static VectorSeries timestamps(SampleColumn column, long[] timestamps, int[] latest) {
    double[] out = new double[latest.length];
    for (int step = 0; step < latest.length; step++) {
      out[step] = latest[step] < 0 ? AbsentValue.VALUE : timestamps[latest[step]] / 1000.0;
    }
    return new VectorSeries(column.labels(), column.dropName(), out, null);
  }

  private static VectorSeries startTimestamps(SampleColumn column, int[] latest) {
    long[] starts = column.startTimestampsMillis();
    double[] out = VectorSeries.absent(latest.length);
    for (int step = 0; step < latest.length; step++) {
      if (latest[step] >= 0) {
        out[step] = starts == null ? 0 : starts[latest[step]] / 1000.0;
      }
    }
    return new VectorSeries(column.labels(), column.dropName(), out, null);
  }
}
