package dev.weir.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weir.model.NativeHistogram.Buckets;
import dev.weir.model.NativeHistogram.ResetHint;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NativeHistogramTest {
  private static NativeHistogram custom(double... bounds) {
    Buckets buckets = new Buckets(new int[] {0}, new int[] {1}, new double[] {3});
    return new NativeHistogram(ResetHint.UNKNOWN, -53, 0, 0, 3, 4.5, buckets, Buckets.NONE, bounds);
  }

  @Test
  void spansCoverTheirCounts() {
    WeirException.BadData error =
        assertThrows(
            WeirException.BadData.class,
            () -> new Buckets(new int[] {0, 2}, new int[] {1, 2}, new double[] {1, 2}));
    assertEquals(
        "native histogram spans cover 3 buckets, but there are 2 counts", error.getMessage());
  }

  @Test
  void customBoundsAscend() {
    assertEquals(custom(0.5, 1), custom(0.5, 1));
    assertThrows(WeirException.BadData.class, () -> custom(1, 0.5));
    assertThrows(WeirException.BadData.class, () -> custom(1, 1));
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, -0.5, Double.NEGATIVE_INFINITY})
  void aZeroBucketHasAWidth(double zeroThreshold) {
    WeirException.BadData error =
        assertThrows(
            WeirException.BadData.class,
            () ->
                new NativeHistogram(
                    ResetHint.GAUGE,
                    3,
                    zeroThreshold,
                    0,
                    0,
                    0,
                    Buckets.NONE,
                    Buckets.NONE,
                    new double[0]));
    assertEquals(
        "native histogram has zero threshold %s; it is a number not below 0"
            .formatted(zeroThreshold),
        error.getMessage());
  }

  @Test
  void onlyCustomBucketsHaveBounds() {
    assertThrows(
        WeirException.BadData.class,
        () ->
            new NativeHistogram(
                ResetHint.GAUGE, 3, 0, 0, 0, 0, Buckets.NONE, Buckets.NONE, new double[] {1}));
  }
}
