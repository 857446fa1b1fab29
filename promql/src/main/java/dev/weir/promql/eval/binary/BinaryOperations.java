package dev.weir.promql.eval.binary;

import dev.weir.model.NativeHistogram;
import dev.weir.promql.ast.BinaryOperator;
import dev.weir.promql.ast.Expr.BinaryOperation;
import dev.weir.promql.eval.binary.ColumnOperator.Comparison;
import dev.weir.promql.eval.binary.SampleOperator.Operand;
import dev.weir.promql.eval.function.FloatFunctions.ColumnFunction;
import dev.weir.promql.eval.run.QueryRun;
import dev.weir.promql.eval.vector.MetricNames;
import dev.weir.promql.eval.vector.VectorBlock;
import dev.weir.promql.eval.vector.VectorSeries;
import dev.weir.promql.eval.vector.VectorStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

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

  /// An operator with a number on one side as a change of floats. Comparisons take values away.
  ///
  /// @param numberIsLeft whether the number stands before the operator
  public static ColumnFunction withNumber(
      BinaryOperation node, double number, boolean numberIsLeft) {
    Comparison comparison =
        node.returnBool()
            ? Comparison.BOOL
            : numberIsLeft ? Comparison.KEEP_RIGHT : Comparison.KEEP_LEFT;
    return values -> {
      double[] numbers = new double[values.length];
      Arrays.fill(numbers, number);
      ColumnOperator.apply(
          node.operator(),
          numberIsLeft ? numbers : values,
          numberIsLeft ? values : numbers,
          values,
          comparison);
    };
  }

  private record ScalarSide(
      QueryRun run, BinaryOperation node, double[] scalar, boolean scalarIsLeft) {
    VectorBlock apply(VectorBlock block) {
      List<VectorSeries> result = new ArrayList<>(block.series().size());
      for (VectorSeries series : block.series()) {
        VectorSeries changed = apply(series);
        if (!changed.isEmpty()) {
          result.add(changed);
        }
      }
      return block.with(result);
    }

    private VectorSeries apply(VectorSeries series) {
      boolean onlyFloats = series.histograms() == null && !node.operator().isTrim();
      VectorSeries changed = onlyFloats ? floats(series) : samples(series);
      return keepsMetric() ? changed : MetricNames.dropName(changed, run.delayedNameRemoval());
    }

    private boolean keepsMetric() {
      BinaryOperator operator = node.operator();
      return operator.isTrim() || (operator.isComparison() && !node.returnBool());
    }

    private Comparison comparison() {
      if (node.returnBool()) {
        return Comparison.BOOL;
      }
      return scalarIsLeft ? Comparison.KEEP_RIGHT : Comparison.KEEP_LEFT;
    }

    /// Overwrites the values of the series.
    private VectorSeries floats(VectorSeries series) {
      double[] values = series.values();
      ColumnOperator.apply(
          node.operator(),
          scalarIsLeft ? scalar : values,
          scalarIsLeft ? values : scalar,
          values,
          comparison());
      return series;
    }

    private VectorSeries samples(VectorSeries series) {
      double[] out = VectorSeries.absent(scalar.length);
      @Nullable NativeHistogram[] outHistograms = new NativeHistogram[scalar.length];
      Operand vector = new Operand(series.values(), series.histograms());
      Operand number = new Operand(scalar, null);
      if (!node.operator().isTrim()) {
        ColumnOperator.apply(
            node.operator(),
            scalarIsLeft ? scalar : series.values(),
            scalarIsLeft ? series.values() : scalar,
            out,
            comparison());
      }
      new SampleOperator(node.operator(), comparison(), run.annotations(), node.span())
          .apply(
              scalarIsLeft ? number : vector, scalarIsLeft ? vector : number, out, outHistograms);
      return new VectorSeries(series.labels(), series.dropName(), out, outHistograms);
    }
  }
}
