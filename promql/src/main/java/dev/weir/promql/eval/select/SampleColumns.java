package dev.weir.promql.eval.select;

import dev.weir.model.Labels;
import dev.weir.model.NativeHistogram;
import dev.weir.model.NativeHistogram.ResetHint;
import dev.weir.model.histogram.CounterReset;
import dev.weir.model.source.GroupSamples;
import dev.weir.promql.eval.vector.VectorBlock;
import dev.weir.promql.eval.vector.VectorSeries;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/// Series with their samples over shared timestamps: a group that is read, or a block that a
/// subquery computed. Nobody writes to the arrays.
///
/// @param size number of series
/// @param columns reads the samples of a series
public record SampleColumns(long[] timestampsMillis, int size, IntFunction<SampleColumn> columns) {
  /// A series and its samples. Staleness markers may be among the values.
  ///
  /// @param dropName as in [VectorSeries]
  /// @param weights as in [GroupSamples.Column]
  public record SampleColumn(
      Labels labels,
      boolean dropName,
      double[] values,
      @Nullable NativeHistogram @Nullable [] histograms,
      long @Nullable [] startTimestampsMillis,
      double @Nullable [] weights) {
    static SampleColumn of(Labels labels, GroupSamples.Column samples) {
      return new SampleColumn(
          labels,
          false,
          samples.values(),
          samples.histograms(),
          samples.startTimestampsMillis(),
          samples.weights());
    }
  }

  /// A series and its samples. Its arrays may be gone when the next is asked for.
  public SampleColumn column(int series) {
    return columns.apply(series);
  }

  /// What a subquery came to. Hints at resets are forgotten: they are about the sample before,
  /// which need not be among these.
  ///
  /// @param timestampsMillis of its steps
  public static SampleColumns of(VectorBlock block, long[] timestampsMillis) {
    return new SampleColumns(
        timestampsMillis,
        block.series().size(),
        i -> {
          VectorSeries series = block.series().get(i);
          return new SampleColumn(
              series.labels(),
              series.dropName(),
              series.values(),
              withoutResets(series.histograms()),
              null,
              null);
        });
  }

  private static @Nullable NativeHistogram @Nullable [] withoutResets(
      @Nullable NativeHistogram @Nullable [] histograms) {
    if (histograms == null) {
      return null;
    }
    @Nullable NativeHistogram[] changed = new NativeHistogram[histograms.length];
    for (int i = 0; i < changed.length; i++) {
      NativeHistogram histogram = histograms[i];
      changed[i] =
          histogram == null || histogram.resetHint() == ResetHint.GAUGE
              ? histogram
              : histogram.withResetHint(ResetHint.UNKNOWN);
    }
    return changed;
  }

  /// The same samples, with hints at resets where neighbouring histograms tell.
  public SampleColumns withDetectedResets() {
    return new SampleColumns(
        timestampsMillis,
        size,
        i -> {
          SampleColumn column = column(i);
          NativeHistogram[] histograms = column.histograms();
          return histograms == null
              ? column
              : new SampleColumn(
                  column.labels(),
                  column.dropName(),
                  column.values(),
                  detected(histograms),
                  column.startTimestampsMillis(),
                  column.weights());
        });
  }

  private static @Nullable NativeHistogram[] detected(@Nullable NativeHistogram[] histograms) {
    @Nullable NativeHistogram[] changed = histograms.clone();
    NativeHistogram previous = null;
    for (int i = 0; i < changed.length; i++) {
      NativeHistogram histogram = histograms[i];
      if (histogram == null || histogram.isStale()) {
        continue;
      }
      if (previous != null) {
        changed[i] = histogram.withResetHint(CounterReset.hint(previous, histogram));
      }
      previous = histogram;
    }
    return changed;
  }
}
