package dev.weir.promql.eval.aggregate;

import dev.weir.model.Labels;
import dev.weir.model.NativeHistogram;
import dev.weir.promql.eval.vector.VectorSeries;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// What an accumulator has taken in, as named columns with a value for each step. Columns travel as
/// series: the labels of the group, and the column's name in [#PART]. So whatever carries instant
/// vectors carries states.
///
/// Names are part of what travels between versions of Weir and never change their meaning; who
/// needs another meaning takes another name.
final class StateColumns {
  /// The label with a column's name: no metric has it.
  static final String PART = "__weir_part__";

  /// The label with the metric's name that a warning about histograms gives.
  private static final String METRIC = "__weir_metric__";

  private final int steps;
  private final Map<String, VectorSeries> columns = new TreeMap<>();
  private String metricName = "";

  StateColumns(int steps) {
    this.steps = steps;
  }

  /// The labels of the group that a column belongs to.
  static Labels groupOf(Labels column) {
    return column.keep(name -> !name.equals(PART) && !name.equals(METRIC));
  }

  int steps() {
    return steps;
  }

  /// Takes a column as it has travelled.
  void add(VectorSeries column) {
    columns.put(column.labels().get(PART), column);
    if (column.labels().has(METRIC)) {
      metricName = column.labels().get(METRIC);
    }
  }

  void put(String part, double[] values) {
    columns.put(part, VectorSeries.ofValues(Labels.EMPTY, values));
  }

  void put(String part, @Nullable NativeHistogram[] histograms) {
    columns.put(
        part, new VectorSeries(Labels.EMPTY, false, VectorSeries.absent(steps), histograms));
  }

  /// A column of numbers; without a value at any step if there is none of that name.
  double[] values(String part) {
    VectorSeries column = columns.get(part);
    return column == null ? VectorSeries.absent(steps) : column.values();
  }

  /// A column of histograms; null if there is none of that name.
  @Nullable NativeHistogram @Nullable [] histograms(String part) {
    VectorSeries column = columns.get(part);
    return column == null ? null : column.histograms();
  }

  /// The metric that warnings about histograms name; empty if it has no name.
  String metricName() {
    return metricName;
  }

  void metricName(String changed) {
    metricName = changed;
  }

  /// Gives each column of numbers; histograms are in none of them.
  void forEach(BiConsumer<String, VectorSeries> action) {
    columns.forEach(action);
  }

  /// The labels that a column of numbers travels under.
  static Labels labels(Labels group, String part) {
    return group.with(PART, part);
  }

  /// The columns as series of the group, those without any value left out.
  List<VectorSeries> series(Labels group) {
    List<VectorSeries> series = new ArrayList<>(columns.size());
    columns.forEach((part, column) -> {
      if (column.isEmpty()) {
        return;
      }
      Labels.Builder labels = group.toBuilder().set(PART, part);
      if (column.histograms() != null && !metricName.isEmpty()) {
        labels.set(METRIC, metricName);
      }
      series.add(column.withLabels(labels.build()));
    });
    return series;
  }
}
