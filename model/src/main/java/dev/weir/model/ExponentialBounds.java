package dev.weir.model;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/// Bounds of exponential buckets, `2^(index * 2^-schema)`, bit for bit those of Prometheus, so that
/// its clients and dashboards see the same buckets.
///
/// These are not the floats nearest to the true values, but up to three steps lower. All are
/// products of eight roots of 2, the largest first: one for each bit of the index of the finest
/// schema, each root the nearest float, except that of 2 itself, which is one step lower.
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

  /// For each schema the bounds from 1 (included) to 2 (excluded).
  private static double[][] fractions() {
    double[] finest = new double[1 << MAX_TABLE_SCHEMA];
    double[] roots = roots();
    for (int i = 0; i < finest.length; i++) {
      double bound = 1;
      for (int schema = 1; schema <= MAX_TABLE_SCHEMA; schema++) {
        if ((i >> (MAX_TABLE_SCHEMA - schema) & 1) == 1) {
          bound *= roots[schema];
        }
      }
      finest[i] = bound;
    }
    double[][] tables = new double[MAX_TABLE_SCHEMA + 1][];
    for (int schema = 0; schema <= MAX_TABLE_SCHEMA; schema++) {
      double[] table = new double[1 << schema];
      for (int i = 0; i < table.length; i++) {
        table[i] = finest[i << (MAX_TABLE_SCHEMA - schema)];
      }
      tables[schema] = table;
    }
    return tables;
  }

  /// `2^(2^-schema)`: roots of roots of 2.
  private static double[] roots() {
    double[] roots = new double[MAX_TABLE_SCHEMA + 1];
    BigDecimal root = BigDecimal.TWO;
    for (int schema = 0; schema <= MAX_TABLE_SCHEMA; schema++) {
      roots[schema] = schema == 1 ? 2 / Math.sqrt(2) : root.doubleValue();
      root = root.sqrt(PRECISION);
    }
    return roots;
  }
}
