package dev.weir.promql.eval.select;

import dev.weir.model.Labels;
import dev.weir.model.NativeHistogram;
import dev.weir.model.NativeHistogram.ResetHint;
import dev.weir.model.SeriesMeta;
import dev.weir.model.histogram.CounterReset;
import dev.weir.model.source.GroupSamples;
import dev.weir.promql.eval.vector.VectorBlock;
import dev.weir.promql.eval.vector.VectorSeries;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Series with their samples over shared timestamps: a group that was read, or a block that a
/// subquery computed. Nobody writes to the arrays.
public record SampleColumns(long[] timestampsMillis, List<SampleColumn> columns) {
  /// A series and its samples. Staleness markers may be among the values.
  ///
  /// @param dropName as in [VectorSeries]
  public record SampleColumn(
      Labels labels,
      boolean dropName,
      double[] values,
      @Nullable NativeHistogram @Nullable [] histograms,
      long @Nullable [] startTimestampsMillis) {}

  static SampleColumns of(List<SeriesMeta> series, GroupSamples samples) {
    List<SampleColumn> columns = new ArrayList<>(series.size());
    for (int i = 0; i < series.size(); i++) {
      GroupSamples.Column column = samples.columns().get(i);
      columns.add(
          new SampleColumn(
              series.get(i).labels(),
              false,
              column.values(),
              column.histograms(),
              column.startTimestampsMillis()));
    }
    return new SampleColumns(samples.timestampsMillis(), columns);
  }

  /// What a subquery came to. Hints at resets are forgotten: they are about the sample before,
  /// which need not be among these.
  ///
  /// @param timestampsMillis of its steps
  public static SampleColumns of(VectorBlock block, long[] timestampsMillis) {
    List<SampleColumn> columns = new ArrayList<>(block.series().size());
    for (VectorSeries series : block.series()) {
      columns.add(
          new SampleColumn(
              series.labels(),
              series.dropName(),
              series.values(),
              withoutResets(series.histograms()),
              null));
    }
    return new SampleColumns(timestampsMillis, columns);
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
    List<SampleColumn> changed = new ArrayList<>(columns.size());
    for (SampleColumn column : columns) {
      NativeHistogram[] histograms = column.histograms();
      changed.add(
          histograms == null
              ? column
              : new SampleColumn(
                  column.labels(),
                  column.dropName(),
                  column.values(),
                  detected(histograms),
                  column.startTimestampsMillis()));
    }
    return new SampleColumns(timestampsMillis, changed);
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
