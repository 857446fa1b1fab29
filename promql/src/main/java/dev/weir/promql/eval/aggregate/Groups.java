package dev.weir.promql.eval.aggregate;

import dev.weir.model.Labels;
import dev.weir.promql.ast.Grouping;
import dev.weir.promql.eval.vector.MetricNames;
import dev.weir.promql.eval.vector.VectorBlock;
import dev.weir.promql.eval.vector.VectorSeries;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Accumulators by the labels that series are grouped by.
final class Groups {
  private final boolean by;
  private final Collection<String> names;
  private final Supplier<? extends Accumulator> accumulators;
  private final Map<Labels, Accumulator> groups = new LinkedHashMap<>();

  /// What the series before had of the labels that are grouped by, and where it went.
  private final String[] lastValues;

  private @Nullable Accumulator last;

  Groups(Grouping grouping, Supplier<? extends Accumulator> accumulators) {
    this.by = !grouping.without();
    this.names = MetricNames.lookup(grouping.labels());
    this.accumulators = accumulators;
    this.lastValues = new String[by ? names.size() : 0];
  }

  void add(VectorBlock block) {
    for (VectorSeries series : block.series()) {
      accumulatorFor(series.labels()).add(series);
    }
  }

  /// Series of one group mostly follow each other.
  private Accumulator accumulatorFor(Labels labels) {
    boolean same = by && last != null;
    if (by) {
      int place = 0;
      for (String name : names) {
        String value = labels.get(name);
        same &= value.equals(lastValues[place]);
        lastValues[place++] = value;
      }
    }
    if (!same || last == null) {
      last = at(MetricNames.signature(labels, by, names));
    }
    return last;
  }

  private Accumulator at(Labels labels) {
    return groups.computeIfAbsent(labels, _ -> accumulators.get());
  }

  void merge(Groups later) {
    later.groups.forEach((labels, accumulator) -> groups.merge(labels, accumulator, Groups::both));
  }

  private static Accumulator both(Accumulator first, Accumulator later) {
    first.merge(later);
    return first;
  }

  List<VectorSeries> finish() {
    List<VectorSeries> result = new ArrayList<>(groups.size());
    groups.forEach((labels, accumulator) -> {
      VectorSeries series = accumulator.finish(labels);
      if (!series.isEmpty()) {
        result.add(series);
      }
    });
    return result;
  }

  void forEach(BiConsumer<? super Labels, ? super Accumulator> action) {
    groups.forEach(action);
  }

  /// Estimated size, for the budget.
  long bytes(int steps) {
    long bytes = 0;
    for (Accumulator accumulator : groups.values()) {
      bytes += (long) accumulator.columns() * steps * Double.BYTES + accumulator.histogramBytes();
    }
    return bytes;
  }
}
