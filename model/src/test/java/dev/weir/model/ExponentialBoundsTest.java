package dev.weir.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExponentialBoundsTest {
  /// As Prometheus shows bounds of buckets.
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
    "1, 1, 1.414213562373095",
    "1, -1, 0.7071067811865475",
    "2, -1, 0.8408964152537144",
    "3, 1, 1.0905077326652577",
    "4, -1, 0.9576032806985735",
    "4, -9, 0.6771277734684463",
    "5, -2, 0.9576032806985735",
    "5, -19, 0.6626183215798706",
    "7, -3, 0.9838856116165875",
    "8, -1, 0.9972960560854698",
    "8, -100, 0.762799075372269",
    "8, -250, 0.5081891574554764",
    "8, 256, 2",
    "8, 262144, 1.7976931348623157e308",
  })
  void areThoseOfPrometheus(int schema, int index, double bound) {
    assertEquals(bound, ExponentialBounds.upperBound(schema, index));
  }

  @Test
  void areNearThePowers() {
    for (int index = -512; index <= 512; index++) {
      double power = Math.pow(2, index / 256.0);
      assertEquals(power, ExponentialBounds.upperBound(8, index), 4 * Math.ulp(power));
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
