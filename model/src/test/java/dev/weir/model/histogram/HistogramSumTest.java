package dev.weir.model.histogram;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.model.NativeHistogram;
import dev.weir.model.NativeHistogram.ResetHint;
import dev.weir.model.WeirException;
import org.junit.jupiter.api.Test;

class HistogramSumTest {
  private static final NativeHistogram ONE_TO_FOUR =
      Observations.exponential(0, 0.001, 0, 1.5, 3, 3.5);

  @Test
  void hintsAreCombinedAsFarAsTheyAgree() {
    assertEquals(ResetHint.NOT_RESET, hint(ResetHint.NOT_RESET, ResetHint.NOT_RESET));
    assertEquals(ResetHint.UNKNOWN, hint(ResetHint.NOT_RESET, ResetHint.RESET));
    assertEquals(ResetHint.UNKNOWN, hint(ResetHint.RESET, ResetHint.UNKNOWN));
    assertEquals(ResetHint.GAUGE, hint(ResetHint.UNKNOWN, ResetHint.GAUGE));
    assertEquals(ResetHint.GAUGE, hint(ResetHint.GAUGE, ResetHint.RESET));
  }

  private static ResetHint hint(ResetHint first, ResetHint second) {
    HistogramSum sum = HistogramSum.of(ONE_TO_FOUR.withResetHint(first));
    sum.add(ONE_TO_FOUR.withResetHint(second));
    assertEquals(
        (first == ResetHint.RESET && second == ResetHint.NOT_RESET)
            || (first == ResetHint.NOT_RESET && second == ResetHint.RESET),
        sum.resetsConflict());
    return sum.toHistogram().resetHint();
  }

  @Test
  void scalingKeepsTheLayout() {
    NativeHistogram product = HistogramSum.product(ONE_TO_FOUR, 2);

    assertEquals(8, product.count());
    assertEquals(16, product.sum());
    assertEquals(2, product.zeroCount());
    assertEquals(
        HistogramText.format(ONE_TO_FOUR), HistogramText.format(HistogramSum.quotient(product, 2)));
    assertEquals(ResetHint.GAUGE, HistogramSum.product(ONE_TO_FOUR, -1).resetHint());
  }

  @Test
  void divisionByZeroLeavesNoBuckets() {
    NativeHistogram quotient = HistogramSum.quotient(ONE_TO_FOUR, 0);

    assertEquals(Double.POSITIVE_INFINITY, quotient.count());
    assertEquals(Double.POSITIVE_INFINITY, quotient.zeroCount());
    assertEquals(0, quotient.positive().counts().length);
  }

  @Test
  void aCompensatedSumGivesBackWhatRoundingLoses() {
    HistogramSum sum = HistogramSum.compensated(withSum(1e100));
    sum.add(withSum(1));
    sum.add(withSum(-1e100));

    assertEquals(1, sum.toHistogram().sum());
  }

  private static NativeHistogram withSum(double sum) {
    return new NativeHistogram(
        ResetHint.UNKNOWN,
        ONE_TO_FOUR.schema(),
        ONE_TO_FOUR.zeroThreshold(),
        ONE_TO_FOUR.zeroCount(),
        ONE_TO_FOUR.count(),
        sum,
        ONE_TO_FOUR.positive(),
        ONE_TO_FOUR.negative(),
        ONE_TO_FOUR.customBounds());
  }

  @Test
  void exponentialAndCustomBucketsDoNotGoTogether() {
    HistogramSum sum = HistogramSum.of(ONE_TO_FOUR);
    NativeHistogram custom = Observations.custom(new double[] {1}, 1);

    assertFalse(sum.fits(custom));
    assertThrows(WeirException.Internal.class, () -> sum.add(custom));
  }

  @Test
  void aHintSaysMoreThanTheCounts() {
    NativeHistogram fewer = Observations.exponential(0, 0.001, 1.5);

    assertTrue(CounterReset.isBetween(ONE_TO_FOUR, fewer));
    assertFalse(CounterReset.isBetween(ONE_TO_FOUR, fewer.withResetHint(ResetHint.NOT_RESET)));
    assertTrue(CounterReset.isBetween(fewer, ONE_TO_FOUR.withResetHint(ResetHint.RESET)));
    assertEquals(ResetHint.NOT_RESET, CounterReset.hint(fewer, ONE_TO_FOUR));
    assertEquals(ResetHint.RESET, CounterReset.hint(ONE_TO_FOUR, fewer));
  }

  @Test
  void aFinerLayoutBeginsWithAReset() {
    assertTrue(
        CounterReset.isBetween(
            Observations.exponential(0, 0.5, 2), Observations.exponential(1, 0.5, 2, 2)));
    assertTrue(
        CounterReset.isBetween(
            Observations.exponential(0, 0.5, 2), Observations.exponential(0, 0.25, 2, 2)));
    // A zero bucket whose edge lies inside a bucket that held something before.
    assertTrue(
        CounterReset.isBetween(
            Observations.exponential(0, 0.5, 3), Observations.exponential(0, 2.5, 3, 3)));
  }

  @Test
  void observationsAreComparedWithoutEmptyBucketsAndHints() {
    HistogramSum sum = HistogramSum.of(ONE_TO_FOUR);
    sum.add(Observations.exponential(0, 0.001, 1000));
    sum.subtract(Observations.exponential(0, 0.001, 1000));

    assertTrue(SameObservations.in(ONE_TO_FOUR, sum.asGauge().toHistogram()));
    assertFalse(SameObservations.in(ONE_TO_FOUR, Observations.exponential(0, 0.001, 0, 1, 3, 4)));
  }

  @Test
  void textListsBucketsFromTheLowestToTheHighest() {
    assertEquals(
        "{count:5, sum:-1.5, [-4,-2):2, [-0.001,0.001]:1, (1,2]:1, (2,4]:1}",
        HistogramText.format(Observations.exponential(0, 0.001, -3, -3.5, 0, 2, 3)));
    assertEquals(
        "{count:3, sum:1.000006e+06, [-Inf,2]:1, (2,5]:1, (5,+Inf]:1}",
        HistogramText.format(Observations.custom(new double[] {2, 5}, 1, 5, 1e6)));
  }
}
