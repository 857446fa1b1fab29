package dev.weir.promql.eval.range;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class QuantilesTest {
  private static Quantiles of(double... values) {
    Quantiles quantiles = new Quantiles(1);
    quantiles.set(values, 0, values.length);
    return quantiles;
  }

  @Test
  void liesBetweenTheNearestValues() {
    assertEquals(1.5, of(1, 2).quantile(0.5));
    assertEquals(3.7, of(4, 1, 3, 2).quantile(0.9), 1e-15);
    assertEquals(1, of(4, 1, 3, 2).quantile(0));
    assertEquals(4, of(4, 1, 3, 2).quantile(1));
    assertEquals(7, of(7).quantile(0.3));
  }

  @Test
  void isInfiniteOutsideOfZeroToOne() {
    assertEquals(Double.NEGATIVE_INFINITY, of(1).quantile(-0.1));
    assertEquals(Double.POSITIVE_INFINITY, of(1).quantile(1.1));
    assertTrue(Double.isNaN(of(1).quantile(Double.NaN)));
    assertTrue(Double.isNaN(of().quantile(0.5)));
  }

  @Test
  void takesNanForTheSmallestValue() {
    assertTrue(Double.isNaN(of(1, Double.NaN).quantile(0)));
    assertEquals(1, of(1, Double.NaN).quantile(1));
    assertEquals(
        Double.NEGATIVE_INFINITY, of(Double.NEGATIVE_INFINITY, Double.NaN, 3).quantile(.5));
  }

  @Test
  void ordersNegativeValues() {
    assertEquals(-2, of(-1, -2, -3).quantile(0.5));
    assertEquals(-0.5, of(-1, 0, -0.5, 2, -3).quantile(0.5));
  }

  @Test
  void insertsAndRemoves() {
    Quantiles quantiles = of(3, 1);
    quantiles.insert(2);
    quantiles.insert(Double.NaN);
    quantiles.insert(2);
    quantiles.remove(Double.NaN);
    quantiles.remove(1);
    assertEquals(3, quantiles.size());
    assertEquals(2, quantiles.quantile(0.5));
  }
}
