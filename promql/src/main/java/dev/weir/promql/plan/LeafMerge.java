package dev.weir.promql.plan;

import dev.weir.model.AbsentValue;
import dev.weir.model.NativeHistogram;
import dev.weir.promql.ast.Expr;
import dev.weir.promql.ast.Expr.Aggregation;
import dev.weir.promql.ast.Expr.Paren;
import dev.weir.promql.eval.aggregate.AggregationStates;
import dev.weir.promql.eval.run.Annotations;
import dev.weir.promql.eval.vector.VectorSeries;
import dev.weir.promql.query.QueryValue.Sample;
import dev.weir.promql.query.QueryValue.Series;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Makes a leaf's instant vector of what the shards gave.
public final class LeafMerge {
  private LeafMerge() {}

  /// A leaf's result over all shards.
  ///
  /// @param shards what each gave, at these times; sums are added up in their order
  /// @param annotations take what there is to say of states that do not go together
  public static List<Series> merge(
      Leaf leaf, List<List<Series>> shards, long[] timestampsMillis, Annotations annotations) {
    if (leaf.hasStates() && leaf.expr() instanceof Aggregation aggregation) {
      List<VectorSeries> merged =
          AggregationStates.merge(
              aggregation,
              withoutParentheses(aggregation.operand()).span(),
              shards.stream().map(LeafMerge::columns).toList(),
              timestampsMillis.length,
              annotations);
      return merged.stream()
          .map(one -> new Series(one.labels(), timestampsMillis, one.values(), one.histograms()))
          .toList();
    }
    return shards.stream().flatMap(List::stream).toList();
  }

  private static Expr withoutParentheses(Expr expr) {
    return expr instanceof Paren(Expr inner, _) ? withoutParentheses(inner) : expr;
  }

  private static List<VectorSeries> columns(List<Series> states) {
    List<VectorSeries> columns = new ArrayList<>(states.size());
    for (Series state : states) {
      @Nullable NativeHistogram[] histograms = state.histograms();
      columns.add(
          new VectorSeries(
              state.labels(),
              false,
              state.values().clone(),
              histograms == null ? null : histograms.clone()));
    }
    return columns;
  }

  /// Samples of one time as series.
  public static List<Series> series(long[] timestampMillis, List<Sample> samples) {
    List<Series> series = new ArrayList<>(samples.size());
    for (Sample sample : samples) {
      NativeHistogram histogram = sample.histogram();
      series.add(
          histogram == null
              ? new Series(sample.labels(), timestampMillis, new double[] {sample.value()}, null)
              : new Series(
                  sample.labels(),
                  timestampMillis,
                  new double[] {AbsentValue.VALUE},
                  new NativeHistogram[] {histogram}));
    }
    return series;
  }
}
