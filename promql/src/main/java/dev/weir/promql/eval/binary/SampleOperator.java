package dev.weir.promql.eval.binary;

import dev.weir.model.AbsentValue;
import dev.weir.model.NativeHistogram;
import dev.weir.model.histogram.HistogramSum;
import dev.weir.model.histogram.SameObservations;
import dev.weir.model.histogram.TrimmedHistogram;
import dev.weir.promql.ast.BinaryOperator;
import dev.weir.promql.ast.SourceSpan;
import dev.weir.promql.eval.binary.ColumnOperator.Comparison;
import dev.weir.promql.eval.run.Annotations;
import dev.weir.promql.eval.run.Annotations.HistogramOperation;
import org.jspecify.annotations.Nullable;

/// An operator on two columns of which at least one has native histograms, sample by sample.
/// Combinations that mean nothing have no result, and a remark.
final class SampleOperator {
  /// A column of floats and, perhaps, histograms.
  record Operand(double[] values, @Nullable NativeHistogram @Nullable [] histograms) {
    @Nullable NativeHistogram histogram(int step) {
      return histograms == null ? null : histograms[step];
    }

    boolean isAbsent(int step) {
      return AbsentValue.is(values[step]) && histogram(step) == null;
    }
  }

  private final BinaryOperator operator;
  private final Comparison comparison;
  private final Annotations annotations;
  private final SourceSpan span;

  SampleOperator(
      BinaryOperator operator, Comparison comparison, Annotations annotations, SourceSpan span) {
    this.operator = operator;
    this.comparison = comparison;
    this.annotations = annotations;
    this.span = span;
  }

  /// Writes the results of the steps where a side has a histogram, or where there is a remark to
  /// make of floats. The other steps are left alone.
  void apply(Operand left, Operand right, double[] out, @Nullable NativeHistogram[] outHistograms) {
    for (int step = 0; step < out.length; step++) {
      if (left.isAbsent(step) || right.isAbsent(step)) {
        continue;
      }
      NativeHistogram leftHistogram = left.histogram(step);
      NativeHistogram rightHistogram = right.histogram(step);
      if (leftHistogram == null && rightHistogram == null) {
        if (operator.isTrim()) {
          out[step] = AbsentValue.VALUE;
          remark("float", "float");
        }
        continue;
      }
      out[step] = AbsentValue.VALUE;
      if (leftHistogram != null && rightHistogram != null && operator.isComparison()) {
        compare(leftHistogram, rightHistogram, step, out, outHistograms);
      } else if (leftHistogram != null && rightHistogram != null) {
        outHistograms[step] = both(leftHistogram, rightHistogram);
      } else if (leftHistogram != null) {
        outHistograms[step] = withNumber(leftHistogram, right.values[step]);
      } else if (rightHistogram != null) {
        outHistograms[step] = ofNumber(left.values[step], rightHistogram);
      }
    }
  }

  private void remark(String left, String right) {
    annotations.incompatibleTypes(left, operator.text(), right, span);
  }

  private void compare(
      NativeHistogram left,
      NativeHistogram right,
      int step,
      double[] out,
      @Nullable NativeHistogram[] outHistograms) {
    boolean equal = SameObservations.in(left, right);
    boolean holds;
    switch (operator) {
      case EQUAL -> holds = equal;
      case NOT_EQUAL -> holds = !equal;
      default -> {
        remark("histogram", "histogram");
        return;
      }
    }
    switch (comparison) {
      case BOOL -> out[step] = holds ? 1 : 0;
      case KEEP_LEFT -> outHistograms[step] = holds ? left : null;
      case KEEP_RIGHT -> outHistograms[step] = holds ? right : null;
    }
  }

  private @Nullable NativeHistogram both(NativeHistogram left, NativeHistogram right) {
    return switch (operator) {
      case ADD -> sum(left, right, HistogramOperation.ADDITION);
      case SUBTRACT -> sum(left, right, HistogramOperation.SUBTRACTION);
      case MULTIPLY,
          DIVIDE,
          MODULO,
          POWER,
          ATAN2,
          TRIM_UPPER,
          TRIM_LOWER,
          EQUAL,
          NOT_EQUAL,
          LESS,
          LESS_OR_EQUAL,
          GREATER,
          GREATER_OR_EQUAL -> {
        remark("histogram", "histogram");
        yield null;
      }
    };
  }

  private @Nullable NativeHistogram sum(
      NativeHistogram left, NativeHistogram right, HistogramOperation operation) {
    HistogramSum sum = HistogramSum.of(left);
    if (!sum.fits(right)) {
      annotations.incompatibleBucketLayout(operator.text(), span);
      return null;
    }
    if (operation == HistogramOperation.ADDITION) {
      sum.add(right);
    } else {
      sum.subtract(right);
      sum.asGauge();
    }
    if (sum.resetsConflict()) {
      annotations.conflictingCounterResets(operation, span);
    }
    if (sum.boundsReconciled()) {
      annotations.reconciledCustomBuckets(operation, span);
    }
    return sum.toHistogram();
  }

  private @Nullable NativeHistogram withNumber(NativeHistogram left, double right) {
    return switch (operator) {
      case MULTIPLY -> HistogramSum.product(left, right);
      case DIVIDE -> HistogramSum.quotient(left, right);
      case TRIM_UPPER -> TrimmedHistogram.below(left, right);
      case TRIM_LOWER -> TrimmedHistogram.above(left, right);
      case ADD,
          SUBTRACT,
          MODULO,
          POWER,
          ATAN2,
          EQUAL,
          NOT_EQUAL,
          LESS,
          LESS_OR_EQUAL,
          GREATER,
          GREATER_OR_EQUAL -> {
        remark("histogram", "float");
        yield null;
      }
    };
  }

  private @Nullable NativeHistogram ofNumber(double left, NativeHistogram right) {
    if (operator == BinaryOperator.MULTIPLY) {
      return HistogramSum.product(right, left);
    }
    remark("float", "histogram");
    return null;
  }
}
