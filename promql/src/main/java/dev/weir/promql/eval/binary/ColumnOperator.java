package dev.weir.promql.eval.binary;

import dev.weir.model.AbsentValue;
import dev.weir.model.WeirException;
import dev.weir.promql.ast.BinaryOperator;
import dev.weir.promql.eval.function.GoMath;
import java.util.function.DoubleBinaryOperator;

/// An operator on two columns of floats, value by value. Where either is absent, so is the result.
final class ColumnOperator {
  /// What a comparison answers.
  enum Comparison {
    /// The left value where it holds, and nothing where it does not.
    KEEP_LEFT,
    /// The right value where it holds: what is left of `5 < up`.
    KEEP_RIGHT,
    /// 1 where it holds, 0 where it does not.
    BOOL
  }

  private ColumnOperator() {}

  /// Writes the results; `out` may be one of the operands.
  ///
  /// @param comparison what a comparison answers; arithmetic does not care
  static void apply(
      BinaryOperator operator, double[] left, double[] right, double[] out, Comparison comparison) {
    switch (operator) {
      case ADD -> {
        for (int i = 0; i < out.length; i++) {
          out[i] = bothThere(left[i], right[i]) ? left[i] + right[i] : AbsentValue.VALUE;
        }
      }
      case SUBTRACT -> {
        for (int i = 0; i < out.length; i++) {
          out[i] = bothThere(left[i], right[i]) ? left[i] - right[i] : AbsentValue.VALUE;
        }
      }
      case MULTIPLY -> {
        for (int i = 0; i < out.length; i++) {
          out[i] = bothThere(left[i], right[i]) ? left[i] * right[i] : AbsentValue.VALUE;
        }
      }
      case DIVIDE -> {
        for (int i = 0; i < out.length; i++) {
          out[i] = bothThere(left[i], right[i]) ? left[i] / right[i] : AbsentValue.VALUE;
        }
      }
      case MODULO -> each(left, right, out, (a, b) -> a % b);
      case POWER -> each(left, right, out, GoMath::pow);
      case ATAN2 -> each(left, right, out, Math::atan2);
      case EQUAL, NOT_EQUAL, LESS, LESS_OR_EQUAL, GREATER, GREATER_OR_EQUAL ->
          compare(operator, left, right, out, comparison);
      case TRIM_UPPER, TRIM_LOWER ->
          throw new WeirException.Internal(operator.text() + " has no meaning for floats");
    }
  }

  private static boolean bothThere(double left, double right) {
    return !AbsentValue.is(left) && !AbsentValue.is(right);
  }

  private static void each(
      double[] left, double[] right, double[] out, DoubleBinaryOperator operator) {
    for (int i = 0; i < out.length; i++) {
      out[i] =
          bothThere(left[i], right[i])
              ? operator.applyAsDouble(left[i], right[i])
              : AbsentValue.VALUE;
    }
  }

  private static void compare(
      BinaryOperator operator, double[] left, double[] right, double[] out, Comparison comparison) {
    for (int i = 0; i < out.length; i++) {
      if (!bothThere(left[i], right[i])) {
        out[i] = AbsentValue.VALUE;
        continue;
      }
      boolean holds = holds(operator, left[i], right[i]);
      out[i] =
          switch (comparison) {
            case KEEP_LEFT -> holds ? left[i] : AbsentValue.VALUE;
            case KEEP_RIGHT -> holds ? right[i] : AbsentValue.VALUE;
            case BOOL -> holds ? 1 : 0;
          };
    }
  }

  static boolean holds(BinaryOperator operator, double left, double right) {
    return switch (operator) {
      case EQUAL -> left == right;
      case NOT_EQUAL -> left != right;
      case LESS -> left < right;
      case LESS_OR_EQUAL -> left <= right;
      case GREATER -> left > right;
      case GREATER_OR_EQUAL -> left >= right;
      case ADD, SUBTRACT, MULTIPLY, DIVIDE, MODULO, POWER, ATAN2, TRIM_UPPER, TRIM_LOWER ->
          throw new WeirException.Internal(operator.text() + " is no comparison");
    };
  }
}
