package dev.weir.promql.eval.aggregate;

import dev.weir.model.AbsentValue;
import dev.weir.model.FloatText;
import dev.weir.model.Labels;
import dev.weir.model.NativeHistogram;
import dev.weir.model.histogram.HistogramText;
import dev.weir.promql.ast.Grouping;
import dev.weir.promql.eval.run.Budget;
import dev.weir.promql.eval.vector.MetricNames;
import dev.weir.promql.eval.vector.VectorBlock;
import dev.weir.promql.eval.vector.VectorSeries;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// `count_values`: how often each value occurs, which the result's series have as a label. There
/// may be as many values as samples, so each is paid for before it has a column.
final class ValueCounts {
  /// What a series' labels take at least, with their place in the map.
  private static final long LABELS_BYTES = 128;

  private final String label;
  private final boolean by;
  private final Collection<String> names;
  private final int steps;
  private final Budget budget;
  private final Map<Labels, double[]> counts = new LinkedHashMap<>();

  ValueCounts(String label, Grouping grouping, int steps, Budget budget) {
    this.label = label;
    this.by = !grouping.without();
    List<String> grouped = new ArrayList<>(grouping.labels());
    if (by) {
      grouped.add(label);
    }
    this.names = MetricNames.lookup(grouped);
    this.steps = steps;
    this.budget = budget;
  }

  void add(VectorBlock block) {
    for (VectorSeries series : block.series()) {
      double previous = AbsentValue.VALUE;
      double[] column = new double[0];
      for (int step = 0; step < steps; step++) {
        double value = series.values()[step];
        NativeHistogram histogram = series.histogram(step);
        if (histogram != null) {
          columnOf(series.labels(), HistogramText.format(histogram))[step]++;
          continue;
        }
        if (AbsentValue.is(value)) {
          continue;
        }
        if (Double.doubleToRawLongBits(value) != Double.doubleToRawLongBits(previous)) {
          column = columnOf(series.labels(), FloatText.plain(value));
          previous = value;
        }
        column[step]++;
      }
    }
  }

  private double[] columnOf(Labels series, String value) {
    Labels labels = MetricNames.signature(series.with(label, value), by, names);
    return counts.computeIfAbsent(
        labels,
        _ -> {
          budget.reserve(0, columnBytes());
          return new double[steps];
        });
  }

  private long columnBytes() {
    return LABELS_BYTES + (long) steps * Double.BYTES;
  }

  /// Adds the counts of another, which is of no use afterwards.
  void merge(ValueCounts later) {
    later.counts.forEach((labels, column) ->
        counts.merge(
            labels,
            column,
            (mine, others) -> {
              for (int step = 0; step < steps; step++) {
                mine[step] += others[step];
              }
              budget.release(0, columnBytes());
              return mine;
            }));
  }

  /// The result, which whoever takes it pays for from now on.
  List<VectorSeries> finish() {
    List<VectorSeries> result = new ArrayList<>(counts.size());
    counts.forEach((labels, column) -> {
      for (int step = 0; step < steps; step++) {
        if (column[step] == 0) {
          column[step] = AbsentValue.VALUE;
        }
      }
      result.add(VectorSeries.ofValues(labels, column));
    });
    budget.release(0, counts.size() * columnBytes());
    return result;
  }
}
