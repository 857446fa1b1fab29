package dev.weir.promql.eval.select;

import dev.weir.model.AbsentValue;
import dev.weir.model.NativeHistogram;
import dev.weir.model.StalenessMarker;
import dev.weir.promql.ast.SourceSpan;
import dev.weir.promql.eval.histogram.InterpolatedHistogram;
import dev.weir.promql.eval.run.QueryRun;
import dev.weir.promql.eval.select.SampleColumns.SampleColumn;
import dev.weir.promql.eval.vector.Steps;
import dev.weir.promql.eval.vector.VectorSeries;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// `metric smoothed`: at each step, the value on the line between the samples around it. Without a
/// later sample the earlier one stays; without an earlier one there is nothing. Neither may be
/// farther away than the lookback. Staleness markers are passed over.
public final class SmoothedSelector implements GroupStream.GroupFunction {
  private final QueryRun run;
  private final Steps times;
  private final long lookbackMillis;
  private final SourceSpan span;

  /// @param times that are asked for: the steps, moved by offset and `@`
  /// @param span of the selector
  public SmoothedSelector(QueryRun run, Steps times, long lookbackMillis, SourceSpan span) {
    this.run = run;
    this.times = times;
    this.lookbackMillis = lookbackMillis;
    this.span = span;
  }

  @Override
  public List<VectorSeries> apply(SampleColumns group) {
    Windows around =
        Windows.of(group.timestampsMillis(), times.earlier(-lookbackMillis), 2 * lookbackMillis);
    List<VectorSeries> result = new ArrayList<>(group.size());
    for (int i = 0; i < group.size(); i++) {
      SampleColumn column = group.column(i);
      VectorSeries series = series(group.timestampsMillis(), column, around);
      if (!series.isEmpty()) {
        result.add(series);
      }
    }
    return result;
  }

  private VectorSeries series(long[] timestamps, SampleColumn column, Windows around) {
    double[] out = VectorSeries.absent(times.count());
    @Nullable NativeHistogram[] outHistograms =
        column.histograms() == null ? null : new NativeHistogram[out.length];
    for (int step = 0; step < out.length; step++) {
      long time = times.timeMillis(step);
      int before = -1;
      int after = -1;
      boolean floats = false;
      boolean histograms = false;
      for (int i = around.from()[step]; i < around.to()[step]; i++) {
        boolean isFloat = isFloat(column, i);
        boolean isHistogram = isHistogram(column, i);
        floats |= isFloat;
        histograms |= isHistogram;
        if (!isFloat && !isHistogram) {
          continue;
        }
        if (timestamps[i] <= time) {
          before = i;
        } else if (after < 0) {
          after = i;
        }
      }
      if (floats && histograms) {
        run.annotations().mixedFloatsAndHistograms(column.labels().metricName(), span);
      } else if (before >= 0) {
        boolean between = after >= 0 && timestamps[before] < time;
        double share =
            between
                ? (double) (time - timestamps[before]) / (timestamps[after] - timestamps[before])
                : 0;
        if (outHistograms == null || !histograms) {
          out[step] = between ? between(column, before, after, share) : column.values()[before];
        } else {
          outHistograms[step] = histogram(column, before, between ? after : before, share);
        }
      }
    }
    return new VectorSeries(column.labels(), column.dropName(), out, outHistograms);
  }

  private static boolean isFloat(SampleColumn column, int index) {
    double value = column.values()[index];
    return !AbsentValue.is(value) && !StalenessMarker.is(value);
  }

  private static boolean isHistogram(SampleColumn column, int index) {
    NativeHistogram[] histograms = column.histograms();
    NativeHistogram histogram = histograms == null ? null : histograms[index];
    return histogram != null && !histogram.isStale();
  }

  private static double between(SampleColumn column, int before, int after, double share) {
    double from = column.values()[before];
    return from + (column.values()[after] - from) * share;
  }

  private @Nullable NativeHistogram histogram(
      SampleColumn column, int before, int after, double share) {
    NativeHistogram[] histograms = column.histograms();
    NativeHistogram from = histograms == null ? null : histograms[before];
    NativeHistogram to = histograms == null ? null : histograms[after];
    if (from == null || to == null || before == after) {
      return from;
    }
    if (from.hasCustomBuckets() != to.hasCustomBuckets()) {
      run.annotations().mixedExponentialAndCustomBuckets(column.labels().metricName(), span);
      return null;
    }
    return InterpolatedHistogram.at(
        from,
        to,
        share,
        false,
        operation -> run.annotations().reconciledCustomBuckets(operation, span));
  }
}
