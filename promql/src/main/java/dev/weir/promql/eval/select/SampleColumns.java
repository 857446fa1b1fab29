package dev.weir.promql.eval.select;

import dev.weir.model.Labels;
import dev.weir.model.NativeHistogram;
import dev.weir.model.SeriesMeta;
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

  /// What a subquery came to.
  ///
  /// @param timestampsMillis of its steps
  public static SampleColumns of(VectorBlock block, long[] timestampsMillis) {
    List<SampleColumn> columns = new ArrayList<>(block.series().size());
    for (VectorSeries series : block.series()) {
      columns.add(
          new SampleColumn(
              series.labels(), series.dropName(), series.values(), series.histograms(), null));
    }
    return new SampleColumns(timestampsMillis, columns);
  }
}
