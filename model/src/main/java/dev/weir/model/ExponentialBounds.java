package dev.weir.model;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/// Bounds of exponential buckets, `2^(index * 2^-schema)`, each the float nearest to the true
/// value, so that any two implementations agree to the bit.
public final class ExponentialBounds {
  /// Schemas with more than one bucket for each power of two that have a table: 2^8 entries at
  /// most.
  private static final int MAX_TABLE_SCHEMA = 8;

  private static final MathContext PRECISION = new MathContext(40, RoundingMode.HALF_EVEN);
  private static final double[][] FRACTIONS = fractions();

  private ExponentialBounds() {}

  public static double upperBound(int schema, int index) {
    if (schema <= 0) {
      return powerOfTwo((long) index << -schema);
    }
    if (schema > MAX_TABLE_SCHEMA) {
      return Math.pow(2, index * Math.pow(2, -schema));
    }
    int buckets = 1 << schema;
    return scale(FRACTIONS[schema][index & (buckets - 1)], index >> schema);
  }

  private static double powerOfTwo(long exponent) {
    if (exponent > Double.MAX_EXPONENT) {
      // The bucket that ends beyond the largest float ends there, and the next one at infinity.
      return exponent == Double.MAX_EXPONENT + 1 ? Double.MAX_VALUE : Double.POSITIVE_INFINITY;
    }
    return scale(1, (int) Math.max(exponent, Integer.MIN_VALUE));
  }

  private static double scale(double fraction, int exponent) {
    if (fraction == 1 && exponent == Double.MAX_EXPONENT + 1) {
      return Double.MAX_VALUE;
    }
    return Math.scalb(fraction, exponent);
  }

  /// For each schema the bounds from 1 (included) to 2 (excluded): roots of roots of 2.
  private static double[][] fractions() {
    double[][] tables = new double[MAX_TABLE_SCHEMA + 1][];
    BigDecimal root = BigDecimal.TWO;
    for (int schema = 0; schema <= MAX_TABLE_SCHEMA; schema++) {
      double[] table = new double[1 << schema];
      BigDecimal bound = BigDecimal.ONE;
      for (int i = 0; i < table.length; i++) {
        table[i] = bound.doubleValue();
        bound = bound.multiply(root, PRECISION);
      }
      tables[schema] = table;
      root = root.sqrt(PRECISION);
    }
    return tables;
  }
}
