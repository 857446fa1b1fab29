package dev.weir.promql.eval.function;

import dev.weir.model.AbsentValue;
import java.util.function.DoubleUnaryOperator;

/// Functions of each float by itself. They change columns in place and leave absent values absent.
public final class FloatFunctions {
  /// Changes the values of a column.
  @FunctionalInterface
  public interface ColumnFunction {
    void apply(double[] values);
  }

  private FloatFunctions() {}

  /// A function that is applied value by value.
  public static ColumnFunction each(DoubleUnaryOperator operator) {
    return values -> {
      for (int i = 0; i < values.length; i++) {
        if (!AbsentValue.is(values[i])) {
          values[i] = operator.applyAsDouble(values[i]);
        }
      }
    };
  }

  public static void abs(double[] values) {
    for (int i = 0; i < values.length; i++) {
      if (!AbsentValue.is(values[i])) {
        values[i] = Math.abs(values[i]);
      }
    }
  }

  public static void negate(double[] values) {
    for (int i = 0; i < values.length; i++) {
      if (!AbsentValue.is(values[i])) {
        values[i] = -values[i];
      }
    }
  }

  public static void ceil(double[] values) {
    for (int i = 0; i < values.length; i++) {
      if (!AbsentValue.is(values[i])) {
        values[i] = Math.ceil(values[i]);
      }
    }
  }

  public static void floor(double[] values) {
    for (int i = 0; i < values.length; i++) {
      if (!AbsentValue.is(values[i])) {
        values[i] = Math.floor(values[i]);
      }
    }
  }

  public static void sqrt(double[] values) {
    for (int i = 0; i < values.length; i++) {
      if (!AbsentValue.is(values[i])) {
        values[i] = Math.sqrt(values[i]);
      }
    }
  }

  public static double sign(double value) {
    if (value < 0) {
      return -1;
    }
    return value > 0 ? 1 : value;
  }

  /// To the nearest multiple, halves upwards.
  ///
  /// @param multiples for each step
  public static ColumnFunction round(double[] multiples) {
    return values -> {
      for (int i = 0; i < values.length; i++) {
        if (!AbsentValue.is(values[i])) {
          // The inverse keeps multiples like 0.1 exact where a division would not.
          double inverse = 1 / multiples[i];
          values[i] = Math.floor(values[i] * inverse + 0.5) / inverse;
        }
      }
    };
  }

  /// Into bounds, which are given for each step; where they cross, nothing is left.
  public static ColumnFunction clamp(double[] minima, double[] maxima) {
    return values -> {
      for (int i = 0; i < values.length; i++) {
        if (maxima[i] < minima[i]) {
          values[i] = AbsentValue.VALUE;
        } else if (!AbsentValue.is(values[i])) {
          values[i] = GoMath.max(minima[i], GoMath.min(maxima[i], values[i]));
        }
      }
    };
  }

  public static double degreesToRadians(double value) {
    return value * Math.PI / 180;
  }

  public static double radiansToDegrees(double value) {
    return value * 180 / Math.PI;
  }
}
