package dev.weir.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExponentialBoundsTest {
  /// Values from the native histogram specification's tables of bucket boundaries.
  @ParameterizedTest
  @CsvSource({
    "0, 0, 1",
    "0, 3, 8",
    "0, -2, 0.25",
    "0, 1024, 1.7976931348623157e308",
    "0, 1025, Infinity",
    "-2, 1, 16",
    "-4, 64, 1.7976931348623157e308",
    "-4, 65, Infinity",
    "1, 1, 1.4142135623730951",
    "1, -1, 0.7071067811865476",
    "3, 1, 1.0905077326652577",
    "8, 256, 2",
    "8, 262144, 1.7976931348623157e308",
  })
  void areTheFloatsNearestToThePowers(int schema, int index, double bound) {
    assertEquals(bound, ExponentialBounds.upperBound(schema, index));
  }

  @Test
  void agreeWithThePowerFunctionWhereItIsExactEnough() {
    for (int index = -512; index <= 512; index++) {
      double power = Math.pow(2, index / 256.0);
      assertEquals(power, ExponentialBounds.upperBound(8, index), Math.ulp(power));
    }
  }

  @Test
  void ascend() {
    for (int index = -600; index < 600; index++) {
      assertTrue(
          ExponentialBounds.upperBound(5, index) < ExponentialBounds.upperBound(5, index + 1));
    }
  }
}
