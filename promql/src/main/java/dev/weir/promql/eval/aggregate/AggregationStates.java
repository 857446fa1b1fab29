package dev.weir.promql.eval.aggregate;

import dev.weir.model.Labels;
import dev.weir.model.WeirException;
import dev.weir.promql.ast.Expr.Aggregation;
import dev.weir.promql.ast.SourceSpan;
import dev.weir.promql.eval.run.Annotations;
import dev.weir.promql.eval.vector.VectorSeries;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/// Merges what shards have taken in of an aggregation ([Aggregations#states]) as one evaluation
/// over all of them would have: sums carry what rounding has lost, variances their means.
public final class AggregationStates {
  private AggregationStates() {}

  static Supplier<StatefulAccumulator> accumulators(
      Aggregation node, SourceSpan operandSpan, int steps, Annotations annotations) {
    IgnoredHistograms ignored =
        new IgnoredHistograms(annotations, node.operator().text(), operandSpan);
    return switch (node.operator()) {
      case SUM -> () -> new SumAccumulator(new HistogramTotals(annotations, operandSpan, false));
      case AVG ->
          () -> new AverageAccumulator(steps, new HistogramTotals(annotations, operandSpan, true));
      case MIN -> () -> new ExtremeAccumulator(false, steps, ignored);
      case MAX -> () -> new ExtremeAccumulator(true, steps, ignored);
      case COUNT, COUNT_VALUES -> () -> new CountAccumulator(false, steps);
      case GROUP -> () -> new CountAccumulator(true, steps);
      case STDVAR -> () -> new VarianceAccumulator(false, steps, ignored);
      case STDDEV -> () -> new VarianceAccumulator(true, steps, ignored);
      case BOTTOMK, LIMITK, LIMIT_RATIO, QUANTILE, TOPK ->
          throw new WeirException.Internal(node.operator().text() + " has no state");
    };
  }

  /// The aggregation's result over all shards, in order of labels.
  ///
  /// @param operandSpan of the operand without the parentheses around it
  /// @param shards the states of each shard; the order of shards is that of addition
  public static List<VectorSeries> merge(
      Aggregation node,
      SourceSpan operandSpan,
      List<List<VectorSeries>> shards,
      int steps,
      Annotations annotations) {
    Supplier<StatefulAccumulator> accumulators =
        accumulators(node, operandSpan, steps, annotations);
    Map<Labels, StatefulAccumulator> merged = new TreeMap<>();
    for (List<VectorSeries> shard : shards) {
      Map<Labels, StateColumns> groups = new LinkedHashMap<>();
      for (VectorSeries column : shard) {
        groups
            .computeIfAbsent(StateColumns.groupOf(column.labels()), _ -> new StateColumns(steps))
            .add(column);
      }
      groups.forEach((labels, columns) -> {
        StatefulAccumulator state = accumulators.get();
        state.load(columns);
        StatefulAccumulator before = merged.putIfAbsent(labels, state);
        if (before != null) {
          before.merge(state);
        }
      });
    }
    List<VectorSeries> result = new ArrayList<>(merged.size());
    merged.forEach((labels, state) -> {
      VectorSeries series = state.finish(labels);
      if (!series.isEmpty()) {
        result.add(series);
      }
    });
    return result;
  }
}
