package dev.weir.promql.eval.function;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class GoMathTest {
  @Test
  void infinitiesWinOverNan() {
    assertEquals(Double.POSITIVE_INFINITY, GoMath.max(Double.NaN, Double.POSITIVE_INFINITY));
    assertEquals(Double.NEGATIVE_INFINITY, GoMath.min(Double.NEGATIVE_INFINITY, Double.NaN));
    assertTrue(Double.isNaN(GoMath.max(Double.NaN, 1)));
    assertTrue(Double.isNaN(GoMath.min(Double.NaN, Double.POSITIVE_INFINITY)));
  }

  @Test
  void oneToAnyPowerIsOne() {
    assertEquals(1, GoMath.pow(1, Double.NaN));
    assertEquals(1, GoMath.pow(-1, Double.NEGATIVE_INFINITY));
    assertEquals(1, GoMath.pow(Double.NaN, 0));
    assertTrue(Double.isNaN(GoMath.pow(-8, 1.0 / 3)));
  }

  @Property
  void powersOfTwoHaveExactLogarithms(@ForAll @IntRange(min = -1074, max = 1023) int exponent) {
    assertEquals(exponent, GoMath.log2(Math.scalb(1.0, exponent)));
  }

  @Property
  void logarithmsAreClose(@ForAll @DoubleRange(min = 0.01, max = 1e12) double value) {
    assertEquals(Math.log(value) / Math.log(2), GoMath.log2(value), 1e-12);
    assertEquals(Math.log10(value), GoMath.log10(value), 1e-12);
  }

  @Test
  void logarithmsOfWhatHasNone() {
    assertEquals(Double.NEGATIVE_INFINITY, GoMath.log2(0));
    assertTrue(Double.isNaN(GoMath.log2(-1)));
    assertTrue(Double.isNaN(GoMath.log10(Double.NaN)));
    assertEquals(Double.POSITIVE_INFINITY, GoMath.log10(Double.POSITIVE_INFINITY));
  }

  /// The last digit differs from the mathematical value, and equals Go's.
  @Test
  void logarithmOfAThousandIsThatOfGo() {
    assertEquals(2.9999999999999996, GoMath.log10(1000));
  }

  @Property
  void hyperbolicFunctionsAreInverted(@ForAll @DoubleRange(min = -20, max = 20) double value) {
    assertEquals(value, GoMath.asinh(Math.sinh(value)), 1e-9 * Math.max(1, Math.abs(value)));
    assertEquals(Math.abs(value), GoMath.acosh(Math.cosh(value)), 1e-6);
    double small = value / 21;
    assertEquals(small, GoMath.atanh(Math.tanh(small)), 1e-12);
  }

  @Test
  void hyperbolicInversesAtTheirEnds() {
    assertTrue(Double.isNaN(GoMath.acosh(0.5)));
    assertTrue(Double.isNaN(GoMath.atanh(1.5)));
    assertEquals(Double.POSITIVE_INFINITY, GoMath.atanh(1));
    assertEquals(Double.NEGATIVE_INFINITY, GoMath.asinh(Double.NEGATIVE_INFINITY));
    assertEquals(0, GoMath.acosh(1));
    assertEquals(Math.log(1e30) + Math.log(2), GoMath.acosh(1e30), 1e-12);
  }

  @Test
  void floatsWithoutAPlaceInALongBecomeTheLeastOne() {
    assertEquals(Long.MIN_VALUE, GoMath.toLong(Double.NaN));
    assertEquals(Long.MIN_VALUE, GoMath.toLong(1e300));
    assertEquals(-2, GoMath.toLong(-2.9));
  }
}
