package dev.weir.promql.eval.binary;

import dev.weir.model.WeirException;
import dev.weir.promql.ast.BinaryOperator;
import dev.weir.promql.ast.Expr.BinaryOperation;
import dev.weir.promql.eval.binary.ColumnOperator.Comparison;
import dev.weir.promql.eval.run.QueryRun;
import dev.weir.promql.eval.vector.MetricNames;
import dev.weir.promql.eval.vector.VectorBlock;
import dev.weir.promql.eval.vector.VectorSeries;
import dev.weir.promql.eval.vector.VectorStream;
import java.util.ArrayList;
import java.util.List;

/// Operators with a scalar on either side.
public final class BinaryOperations {
  private BinaryOperations() {}

  /// Two scalars; a comparison answers 1 or 0. May write into `left`.
  public static double[] scalars(BinaryOperator operator, double[] left, double[] right) {
    ColumnOperator.apply(operator, left, right, left, Comparison.BOOL);
    return left;
  }

  /// A vector and a scalar.
  ///
  /// @param scalarIsLeft whether the scalar stands before the operator
  public static VectorStream withScalar(
      QueryRun run,
      BinaryOperation node,
      VectorStream vector,
      double[] scalar,
      boolean scalarIsLeft) {
    ScalarSide side = new ScalarSide(run, node, scalar, scalarIsLeft);
    return vector.map(side::apply);
  }

  private record ScalarSide(
      QueryRun run, BinaryOperation node, double[] scalar, boolean scalarIsLeft) {
    VectorBlock apply(VectorBlock block) {
      List<VectorSeries> result = new ArrayList<>(block.series().size());
      for (VectorSeries series : block.series()) {
        if (series.histograms() != null) {
          remarkOnHistograms(series);
        }
        VectorSeries changed = apply(series.withoutHistograms());
        if (!changed.isEmpty()) {
          result.add(changed);
        }
      }
      return block.with(result);
    }

    private VectorSeries apply(VectorSeries series) {
      double[] values = series.values();
      BinaryOperator operator = node.operator();
      if (operator.isTrim()) {
        run.annotations().incompatibleTypes("float", operator.text(), "float", node.span());
        return new VectorSeries(
            series.labels(), series.dropName(), VectorSeries.absent(values.length), null);
      }
      Comparison comparison = Comparison.KEEP_LEFT;
      if (node.returnBool()) {
        comparison = Comparison.BOOL;
      } else if (scalarIsLeft) {
        comparison = Comparison.KEEP_RIGHT;
      }
      ColumnOperator.apply(
          operator,
          scalarIsLeft ? scalar : values,
          scalarIsLeft ? values : scalar,
          values,
          comparison);
      return operator.isComparison() && !node.returnBool()
          ? series
          : MetricNames.dropName(series, run.delayedNameRemoval());
    }

    private void remarkOnHistograms(VectorSeries series) {
      for (int step = 0; step < series.values().length; step++) {
        if (series.histogram(step) != null) {
          refuseOrRemark(node.operator());
          return;
        }
      }
    }

    private void refuseOrRemark(BinaryOperator operator) {
      boolean defined =
          operator == BinaryOperator.MULTIPLY
              || (!scalarIsLeft && (operator == BinaryOperator.DIVIDE || operator.isTrim()));
      if (defined) {
        throw new WeirException.Unprocessable(
            "operator %s between a native histogram and a number is not supported yet"
                .formatted(operator.text()));
      }
      run.annotations()
          .incompatibleTypes(
              scalarIsLeft ? "float" : "histogram",
              operator.text(),
              scalarIsLeft ? "histogram" : "float",
              node.span());
    }
  }
}
