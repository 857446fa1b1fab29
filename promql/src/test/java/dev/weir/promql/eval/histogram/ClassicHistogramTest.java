package dev.weir.promql.eval.histogram;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.promql.eval.run.MonotonicityFix;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClassicHistogramTest {
  private static final double INF = Double.POSITIVE_INFINITY;

  /// Alternating bounds and cumulative counts.
  private static ClassicHistogram histogram(double... boundsAndCounts) {
    ClassicHistogram histogram = new ClassicHistogram(boundsAndCounts.length / 2);
    for (int i = 0; i < boundsAndCounts.length; i += 2) {
      histogram.add(boundsAndCounts[i], boundsAndCounts[i + 1]);
    }
    return histogram;
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "0.25, 0.5",
    "0.5, 1",
    "0.625, 1.5",
    "0.75, 2",
    "0.9, 2",
    "1, 2",
    "-1, -Infinity",
    "2, Infinity",
    "NaN, NaN"
  })
  void interpolatesWithinABucket(double q, double value) {
    assertEquals(value, histogram(1, 4, 2, 6, INF, 8).quantile(q, new MonotonicityFix()), 1e-12);
  }

  @Test
  void theLowestBucketHasNoLowerEndIfItIsNotAboveZero() {
    assertEquals(-1, histogram(-1, 4, 2, 6, INF, 8).quantile(0.1, new MonotonicityFix()));
  }

  @Test
  void takesBucketsInAnyOrderAndAddsThoseOfOneBound() {
    assertEquals(1, histogram(INF, 8, 1, 3, 2, 6, 1, 1).quantile(0.5, new MonotonicityFix()));
  }

  @Test
  void isNotANumberWithoutObservationsOrWithoutAllBuckets() {
    for (ClassicHistogram histogram :
        List.of(histogram(1, 0, INF, 0), histogram(1, 1, 2, 2), histogram(INF, 5))) {
      assertEquals(Double.NaN, histogram.quantile(0.5, new MonotonicityFix()));
    }
    assertEquals(Double.NaN, histogram(1, 0, INF, 0).fraction(0, 1));
    assertEquals(Double.NaN, histogram(1, 1, 2, 2).fraction(0, 1));
    assertEquals(Double.NaN, histogram(1, 1, INF, 2).fraction(Double.NaN, 1));
  }

  @Test
  void raisesCountsThatDecreaseAndRemembersWhere() {
    MonotonicityFix fix = new MonotonicityFix();
    assertEquals(2, histogram(1, 4, 2, 3, 4, 1, INF, 8).quantile(0.9, fix) / 2);
    fix.endSample(15_000);
    assertTrue(fix.isNeeded());
    assertEquals(2, fix.lowestBound());
    assertEquals(4, fix.highestBound());
    assertEquals(3, fix.largestRaise());
    assertEquals(1, fix.samples());
    assertEquals(15_000, fix.firstMillis());
    assertEquals(15_000, fix.lastMillis());
  }

  @Test
  void takesATinyDifferenceForARoundingError() {
    MonotonicityFix fix = new MonotonicityFix();
    histogram(1, 4, 2, 4 - 1e-14, INF, 8).quantile(0.9, fix);
    fix.endSample(0);
    assertFalse(fix.isNeeded());
  }

  @ParameterizedTest
  @CsvSource({
    "0, 1, 0.5",
    "0, 0.5, 0.25",
    "0.5, 1.5, 0.375",
    "1, 1, 0",
    "2, 1, 0",
    "-5, -1, 0",
    "0, 100, 1",
    "-Infinity, 2, 0.75",
    "2, Infinity, 0.25",
    "3, 4, 0"
  })
  void fractionsAreInterpolatedToo(double lower, double upper, double fraction) {
    // Nothing is known of where in the highest bucket its observations are.
    double expected = upper == 100 ? 0.75 : fraction;
    assertEquals(expected, histogram(1, 4, 2, 6, INF, 8).fraction(lower, upper), 1e-12);
  }

  @Property
  void theFractionBelowAQuantileIsTheQuantile(
      @ForAll @Size(min = 2, max = 8) List<@IntRange(min = 1, max = 1000) Integer> growth,
      @ForAll @DoubleRange(min = 0.01, max = 0.99) double q) {
    double[] buckets = new double[2 * growth.size() + 2];
    double cumulative = 0;
    for (int i = 0; i < growth.size(); i++) {
      cumulative += growth.get(i);
      buckets[2 * i] = i + 1;
      buckets[2 * i + 1] = cumulative;
    }
    buckets[buckets.length - 2] = INF;
    buckets[buckets.length - 1] = cumulative;
    double value = histogram(buckets).quantile(q, new MonotonicityFix());
    assertEquals(q, histogram(buckets).fraction(0, value), 1e-9);
  }
}
