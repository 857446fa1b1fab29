package dev.weir.promql.eval.range;

import dev.weir.model.AbsentValue;
import dev.weir.model.NativeHistogram;
import dev.weir.promql.ast.Function;
import dev.weir.promql.ast.RangeEdges;
import dev.weir.promql.ast.SourceSpan;
import dev.weir.promql.eval.range.ColumnSamples.Kind;
import dev.weir.promql.eval.run.QueryRun;
import dev.weir.promql.eval.select.GroupStream;
import dev.weir.promql.eval.select.SampleColumns;
import dev.weir.promql.eval.select.SampleColumns.SampleColumn;
import dev.weir.promql.eval.select.Windows;
import dev.weir.promql.eval.vector.MetricNames;
import dev.weir.promql.eval.vector.Steps;
import dev.weir.promql.eval.vector.VectorSeries;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A function of a range vector, applied to the series of a group: finds each step's window once
/// for all of them, takes gaps and staleness markers out of columns that have any, and calls the
/// kernel.
public final class RangeFunction implements GroupStream.GroupFunction {
  /// What a function does with native histograms among the samples.
  public sealed interface Histograms {
    Histograms COUNTED = new Counted();
    Histograms IGNORED = new Ignored();

    /// They are samples like others.
    record Counted() implements Histograms {}

    /// They are left out, with a remark where floats are there, too.
    record Ignored() implements Histograms {}

    /// A window has either floats or histograms, for which there is another kernel; one with both
    /// has no result.
    record Apart(SampleKernel kernel) implements Histograms {}

    /// Where there are any, another kernel looks at all samples.
    record Together(SampleKernel kernel) implements Histograms {}
  }

  /// Which samples a range has, and how far its edges reach.
  ///
  /// @param ends where the windows end: the steps, moved by offset and `@`
  /// @param reachMillis how far from the range samples are looked for, unless its edges are plain
  public record Range(Steps ends, long rangeMillis, RangeEdges edges, long reachMillis) {
    public static Range plain(Steps ends, long rangeMillis) {
      return new Range(ends, rangeMillis, RangeEdges.PLAIN, 0);
    }

    /// How long the windows are that hold all samples that may matter.
    public long reachedMillis() {
      return switch (edges) {
        case PLAIN -> rangeMillis;
        case ANCHORED -> rangeMillis + reachMillis;
        case SMOOTHED -> rangeMillis + 2 * reachMillis;
      };
    }

    /// Where those windows end.
    public Steps reachedEnds() {
      return switch (edges) {
        case PLAIN, ANCHORED -> ends;
        case SMOOTHED -> ends.earlier(-reachMillis);
      };
    }

    /// The windows of all samples that may matter.
    Windows reach(long[] timestamps) {
      return Windows.of(timestamps, reachedEnds(), reachedMillis());
    }

    /// The windows of those that do.
    ///
    /// @param reach the windows of all samples that may matter
    Windows windows(long[] timestamps, Windows reach) {
      return switch (edges) {
        case PLAIN -> reach;
        case ANCHORED -> Windows.anchored(timestamps, ends, rangeMillis, reachMillis);
        case SMOOTHED -> Windows.smoothed(timestamps, ends, rangeMillis, reachMillis);
      };
    }
  }

  private final QueryRun run;
  private final Function function;
  private final RangeKernel kernel;
  private final Histograms policy;
  private final Range range;
  private final SourceSpan argumentSpan;

  /// @param argumentSpan of the function's first argument, which annotations name
  public RangeFunction(
      QueryRun run,
      Function function,
      RangeKernel kernel,
      Histograms policy,
      Range range,
      SourceSpan argumentSpan) {
    this.run = run;
    this.function = function;
    this.kernel = kernel;
    this.policy = policy;
    this.range = range;
    this.argumentSpan = argumentSpan;
  }

  @Override
  public List<VectorSeries> apply(SampleColumns group) {
    Windows reach = range.reach(group.timestampsMillis());
    GroupFloats floats = new GroupFloats(kernel, range, group.timestampsMillis(), reach);
    List<VectorSeries> result = new ArrayList<>(group.size());
    for (int i = 0; i < group.size(); i++) {
      SampleColumn column = group.column(i);
      VectorSeries series = evaluate(floats, group.timestampsMillis(), column, reach);
      if (!series.isEmpty()) {
        result.add(named(series));
        remarkOnName(series);
      }
    }
    return result;
  }

  private VectorSeries evaluate(
      GroupFloats floats, long[] timestamps, SampleColumn column, Windows reach) {
    double[] out = VectorSeries.absent(range.ends.count());
    NativeHistogram[] histograms = column.histograms();
    if (histograms == null || !anyIn(histograms, reach)) {
      floats.evaluate(column, startTimestamps(column), out);
      return new VectorSeries(column.labels(), column.dropName(), out, null);
    }
    @Nullable NativeHistogram[] outHistograms = new NativeHistogram[out.length];
    switch (policy) {
      case Histograms.Counted() ->
          kernel.evaluate(floats(samples(Kind.ALL, timestamps, column, reach)), out);
      case Histograms.Ignored() -> ignoringHistograms(timestamps, column, reach, out);
      case Histograms.Apart(SampleKernel histogramKernel) ->
          apart(histogramKernel, timestamps, column, reach, out, outHistograms);
      case Histograms.Together(SampleKernel sampleKernel) ->
          sampleKernel.evaluate(
              histograms(samples(Kind.ALL, timestamps, column, reach)),
              remarks(column),
              out,
              outHistograms);
    }
    return new VectorSeries(column.labels(), column.dropName(), out, outHistograms);
  }

  private static boolean anyIn(@Nullable NativeHistogram[] histograms, Windows windows) {
    for (int i = windows.begin(); i < windows.end(); i++) {
      if (histograms[i] != null) {
        return true;
      }
    }
    return false;
  }

  private ColumnSamples samples(
      Kind kind, long[] timestamps, SampleColumn column, Windows windows) {
    return ColumnSamples.of(kind, timestamps, column, startTimestamps(column), windows);
  }

  /// The column's start timestamps, null if they do not matter.
  private long @Nullable [] startTimestamps(SampleColumn column) {
    return run.settings().startTimestamps() ? column.startTimestampsMillis() : null;
  }

  private FloatWindows floats(ColumnSamples samples) {
    return new FloatWindows(
        samples.timestampsMillis(),
        samples.values(),
        samples.startTimestampsMillis(),
        range.windows(samples.timestampsMillis(), samples.windows()),
        range.ends,
        range.rangeMillis,
        samples.weights());
  }

  private SampleWindows histograms(ColumnSamples samples) {
    @Nullable NativeHistogram[] histograms = samples.histograms();
    return new SampleWindows(
        samples.timestampsMillis(),
        samples.values(),
        histograms == null ? new NativeHistogram[samples.values().length] : histograms,
        samples.startTimestampsMillis(),
        range.windows(samples.timestampsMillis(), samples.windows()),
        range.ends,
        range.rangeMillis);
  }

  private RangeRemarks remarks(SampleColumn column) {
    return new RangeRemarks(run.annotations(), column.labels().metricName(), argumentSpan);
  }

  private void ignoringHistograms(
      long[] timestamps, SampleColumn column, Windows reach, double[] out) {
    ColumnSamples floats = samples(Kind.FLOATS, timestamps, column, reach);
    ColumnSamples histograms = samples(Kind.HISTOGRAMS, timestamps, column, reach);
    kernel.evaluate(floats(floats), out);
    for (int step = 0; step < out.length; step++) {
      if (floats.count(step) > 0 && histograms.count(step) > 0) {
        remarks(column).ignoredHistograms();
      }
    }
  }

  private void apart(
      SampleKernel histogramKernel,
      long[] timestamps,
      SampleColumn column,
      Windows reach,
      double[] out,
      @Nullable NativeHistogram[] outHistograms) {
    ColumnSamples floats = samples(Kind.FLOATS, timestamps, column, reach);
    ColumnSamples histograms = samples(Kind.HISTOGRAMS, timestamps, column, reach);
    kernel.evaluate(floats(floats), out);
    BitSet mixed = new BitSet();
    for (int step = 0; step < out.length; step++) {
      if (floats.count(step) > 0 && histograms.count(step) > 0) {
        mixed.set(step);
        out[step] = AbsentValue.VALUE;
        remarks(column).mixedFloatsAndHistograms();
      }
    }
    histogramKernel.evaluate(
        histograms(histograms).withoutSteps(mixed), remarks(column), out, outHistograms);
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
    if (name.isEmpty() || !hasFloats(series)) {
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

  private static boolean hasFloats(VectorSeries series) {
    for (int step = 0; step < series.values().length; step++) {
      if (series.hasFloat(step)) {
        return true;
      }
    }
    return false;
  }
}
