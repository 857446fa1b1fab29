package dev.weir.promql.eval.range;

import dev.weir.model.AbsentValue;
import dev.weir.model.NativeHistogram;
import dev.weir.model.StalenessMarker;
import dev.weir.model.WeirException;
import dev.weir.promql.ast.Function;
import dev.weir.promql.ast.SourceSpan;
import dev.weir.promql.eval.run.QueryRun;
import dev.weir.promql.eval.select.GroupStream;
import dev.weir.promql.eval.select.SampleColumns;
import dev.weir.promql.eval.select.SampleColumns.SampleColumn;
import dev.weir.promql.eval.select.Windows;
import dev.weir.promql.eval.vector.MetricNames;
import dev.weir.promql.eval.vector.Steps;
import dev.weir.promql.eval.vector.VectorSeries;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A function of a range vector, applied to the series of a group: finds each step's window once
/// for all of them, takes gaps and staleness markers out of columns that have any, and calls the
/// kernel.
public final class RangeFunction implements GroupStream.GroupFunction {
  /// What a function does with native histograms among the samples.
  public enum Histograms {
    /// They are samples like others.
    COUNTED,
    /// They are left out, with a remark where floats are there, too.
    IGNORED,
    /// A window has either floats or histograms; one with both has no result.
    EXCLUSIVE,
    /// The result is one of the samples, of either kind.
    PICKED
  }

  private final QueryRun run;
  private final Function function;
  private final RangeKernel kernel;
  private final Histograms policy;
  private final Steps ends;
  private final long rangeMillis;
  private final SourceSpan argumentSpan;

  /// @param ends where the windows end: the steps, moved by offset and `@`
  /// @param argumentSpan of the function's first argument, which annotations name
  public RangeFunction(
      QueryRun run,
      Function function,
      RangeKernel kernel,
      Histograms policy,
      Steps ends,
      long rangeMillis,
      SourceSpan argumentSpan) {
    this.run = run;
    this.function = function;
    this.kernel = kernel;
    this.policy = policy;
    this.ends = ends;
    this.rangeMillis = rangeMillis;
    this.argumentSpan = argumentSpan;
  }

  @Override
  public List<VectorSeries> apply(SampleColumns group) {
    Windows windows = Windows.of(group.timestampsMillis(), ends, rangeMillis);
    List<VectorSeries> result = new ArrayList<>(group.columns().size());
    for (SampleColumn column : group.columns()) {
      VectorSeries series = evaluate(group.timestampsMillis(), column, windows);
      if (!series.isEmpty()) {
        result.add(named(series));
        remarkOnName(series);
      }
    }
    return result;
  }

  private VectorSeries evaluate(long[] timestamps, SampleColumn column, Windows windows) {
    double[] out = VectorSeries.absent(ends.count());
    NativeHistogram[] histograms = column.histograms();
    if (histograms != null && anyIn(histograms, windows)) {
      return evaluateMixed(timestamps, column, histograms, windows, out);
    }
    kernel.evaluate(floats(timestamps, column, windows), out);
    return new VectorSeries(column.labels(), column.dropName(), out, null);
  }

  private static boolean anyIn(@Nullable NativeHistogram[] histograms, Windows windows) {
    for (int i = windows.begin(); i < windows.end(); i++) {
      if (histograms[i] != null) {
        return true;
      }
    }
    return false;
  }

  private FloatWindows floats(long[] timestamps, SampleColumn column, Windows windows) {
    double[] values = column.values();
    for (int i = windows.begin(); i < windows.end(); i++) {
      if (!isFloat(values[i])) {
        return withoutGaps(timestamps, column, values, windows);
      }
    }
    return new FloatWindows(timestamps, values, starts(column), windows, ends, rangeMillis);
  }

  private long @Nullable [] starts(SampleColumn column) {
    return run.settings().startTimestamps() ? column.startTimestampsMillis() : null;
  }

  private static boolean isFloat(double value) {
    // Ordinary numbers are decided by the first comparison.
    return !Double.isNaN(value) || !(AbsentValue.is(value) || StalenessMarker.is(value));
  }

  private FloatWindows withoutGaps(
      long[] timestamps, SampleColumn column, double[] values, Windows windows) {
    int begin = windows.begin();
    int end = windows.end();
    int[] kept = new int[end + 1];
    long[] keptTimestamps = new long[end - begin];
    double[] keptValues = new double[end - begin];
    long[] starts = starts(column);
    long[] keptStarts = starts == null ? null : new long[end - begin];
    int count = 0;
    for (int i = begin; i < end; i++) {
      kept[i] = count;
      if (isFloat(values[i])) {
        keptTimestamps[count] = timestamps[i];
        keptValues[count] = values[i];
        if (keptStarts != null && starts != null) {
          keptStarts[count] = starts[i];
        }
        count++;
      }
    }
    kept[end] = count;
    return new FloatWindows(
        keptTimestamps, keptValues, keptStarts, windows.over(kept), ends, rangeMillis);
  }

  private VectorSeries evaluateMixed(
      long[] timestamps,
      SampleColumn column,
      @Nullable NativeHistogram[] histograms,
      Windows windows,
      double[] out) {
    switch (policy) {
      case COUNTED -> {
        SampleColumn all = withValues(column, samplesAsFloats(column, histograms));
        kernel.evaluate(floats(timestamps, all, windows), out);
      }
      case IGNORED -> {
        FloatWindows floats = floats(timestamps, column, windows);
        kernel.evaluate(floats, out);
        Windows ofHistograms = histogramWindows(histograms, windows);
        for (int step = 0; step < out.length; step++) {
          if (floats.to(step) > floats.from(step)
              && ofHistograms.to()[step] > ofHistograms.from()[step]) {
            run.annotations().ignoredHistogramsInRange(column.labels().metricName(), argumentSpan);
          }
        }
      }
      case EXCLUSIVE -> {
        FloatWindows floats = floats(timestamps, column, windows);
        kernel.evaluate(floats, out);
        Windows ofHistograms = histogramWindows(histograms, windows);
        for (int step = 0; step < out.length; step++) {
          int count = ofHistograms.to()[step] - ofHistograms.from()[step];
          if (count == 0) {
            continue;
          }
          if (floats.to(step) == floats.from(step)) {
            throw notSupported();
          }
          out[step] = AbsentValue.VALUE;
          run.annotations().mixedFloatsAndHistograms(column.labels().metricName(), argumentSpan);
        }
      }
      case PICKED -> {
        return picked(column, histograms, windows, out);
      }
    }
    return new VectorSeries(column.labels(), column.dropName(), out, null);
  }

  private WeirException.Unprocessable notSupported() {
    return new WeirException.Unprocessable(
        function.text() + "() of native histograms is not supported yet");
  }

  private static SampleColumn withValues(SampleColumn column, double[] values) {
    return new SampleColumn(
        column.labels(), column.dropName(), values, null, column.startTimestampsMillis());
  }

  private static double[] samplesAsFloats(
      SampleColumn column, @Nullable NativeHistogram[] histograms) {
    double[] values = column.values().clone();
    for (int i = 0; i < values.length; i++) {
      if (isSample(histograms[i])) {
        values[i] = 0;
      }
    }
    return values;
  }

  private static boolean isSample(@Nullable NativeHistogram histogram) {
    return histogram != null && !histogram.isStale();
  }

  private static Windows histogramWindows(@Nullable NativeHistogram[] histograms, Windows windows) {
    int[] kept = new int[windows.end() + 1];
    for (int i = windows.begin(); i < windows.end(); i++) {
      kept[i + 1] = kept[i] + (isSample(histograms[i]) ? 1 : 0);
    }
    return windows.over(kept);
  }

  /// The first or last sample, as the kernel picks among floats.
  private VectorSeries picked(
      SampleColumn column, @Nullable NativeHistogram[] histograms, Windows windows, double[] out) {
    @Nullable NativeHistogram[] outHistograms = new NativeHistogram[out.length];
    boolean first = kernel == SampleOverTime.FIRST;
    for (int step = 0; step < out.length; step++) {
      int from = windows.from()[step];
      int to = windows.to()[step];
      int at = first ? from : to - 1;
      while (at >= from && at < to && !isSample(histograms[at]) && !isFloat(column.values()[at])) {
        at += first ? 1 : -1;
      }
      if (at >= from && at < to) {
        if (isSample(histograms[at])) {
          outHistograms[step] = histograms[at];
        } else {
          out[step] = column.values()[at];
        }
      }
    }
    return new VectorSeries(column.labels(), column.dropName(), out, outHistograms);
  }

  /// The first and the last sample are samples of the metric; everything else is something else.
  private VectorSeries named(VectorSeries series) {
    boolean keeps = kernel == SampleOverTime.FIRST || kernel == SampleOverTime.LAST;
    return keeps ? series : MetricNames.dropName(series, run.delayedNameRemoval());
  }

  private void remarkOnName(VectorSeries series) {
    if (function != Function.RATE && function != Function.INCREASE) {
      return;
    }
    String name = series.metricName();
    if (name.isEmpty()) {
      return;
    }
    if (run.settings().typeAndUnitLabels()) {
      String type = series.labels().get(MetricNames.TYPE);
      if (!type.equals("counter") && !type.equals("histogram")) {
        run.annotations().perhapsNoCounterByType(name, type, argumentSpan);
      }
    } else if (!name.endsWith("_total")
        && !name.endsWith("_sum")
        && !name.endsWith("_count")
        && !name.endsWith("_bucket")) {
      run.annotations().perhapsNoCounter(name, argumentSpan);
    }
  }
}
