package dev.weir.model.histogram;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.model.NativeHistogram;
import dev.weir.model.NativeHistogram.Buckets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/// What holds of sums of histograms, whatever was observed.
class HistogramSumProperties {
  private static NativeHistogram sum(List<NativeHistogram> histograms) {
    HistogramSum sum = HistogramSum.compensated(histograms.getFirst());
    histograms.stream().skip(1).forEach(sum::add);
    return sum.toHistogram();
  }

  private static void assertSameCounts(NativeHistogram expected, NativeHistogram actual) {
    assertEquals(expected.schema(), actual.schema());
    assertEquals(expected.zeroThreshold(), actual.zeroThreshold());
    assertEquals(expected.zeroCount(), actual.zeroCount());
    assertEquals(expected.count(), actual.count());
    assertEquals(withoutEmpty(expected.positive()), withoutEmpty(actual.positive()));
    assertEquals(withoutEmpty(expected.negative()), withoutEmpty(actual.negative()));
    assertEquals(expected.sum(), actual.sum(), 1e-9 * Math.max(1, Math.abs(expected.sum())));
  }

  private static Buckets withoutEmpty(Buckets buckets) {
    return BucketRun.of(buckets, false).toBuckets();
  }

  @Property
  void aSumIsTheHistogramOfAllObservations(
      @ForAll long seed, @ForAll @IntRange(min = -4, max = 8) int schema) {
    Random random = new Random(seed);
    double[] left = Observations.random(random);
    double[] right = Observations.random(random);

    assertSameCounts(
        Observations.exponential(schema, 0.01, Observations.joined(left, right)),
        sum(
            List.of(
                Observations.exponential(schema, 0.01, left),
                Observations.exponential(schema, 0.01, right))));
  }

  @Property
  void histogramsOfUnlikeSchemasMeetInTheCoarserOne(
      @ForAll long seed,
      @ForAll @IntRange(min = -4, max = 8) int schema,
      @ForAll @IntRange(min = -4, max = 8) int other) {
    Random random = new Random(seed);
    double[] left = Observations.random(random);
    double[] right = Observations.random(random);
    int coarser = Math.min(schema, other);

    assertSameCounts(
        Observations.exponential(coarser, 0, Observations.joined(left, right)),
        sum(
            List.of(
                Observations.exponential(schema, 0, left),
                Observations.exponential(other, 0, right))));
  }

  /// Unless the edge of a zero bucket lies inside a bucket, which is as wide as its schema says.
  @Property
  void theOrderDoesNotMatter(@ForAll long seed) {
    Random random = new Random(seed);
    List<NativeHistogram> histograms = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      histograms.add(
          Observations.exponential(
              random.nextInt(0, 4),
              Math.pow(2, random.nextInt(-8, 2)),
              Observations.random(random)));
    }
    NativeHistogram inOrder = sum(histograms);
    Collections.shuffle(histograms, random);

    assertSameCounts(inOrder, sum(histograms));
  }

  @Property
  void partialSumsAddUpToTheWhole(@ForAll long seed) {
    Random random = new Random(seed);
    List<NativeHistogram> histograms = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      histograms.add(
          Observations.exponential(random.nextInt(-2, 4), 0.001, Observations.random(random)));
    }
    HistogramSum first = HistogramSum.compensated(histograms.get(0));
    first.add(histograms.get(1));
    first.add(histograms.get(2));
    HistogramSum second = HistogramSum.compensated(histograms.get(3));
    second.add(histograms.get(4));
    second.add(histograms.get(5));
    first.add(second);

    assertSameCounts(sum(histograms), first.toHistogram());
  }

  @Property
  void subtractingTakesBackWhatWasAdded(
      @ForAll long seed, @ForAll @IntRange(min = -4, max = 8) int schema) {
    Random random = new Random(seed);
    NativeHistogram histogram =
        Observations.exponential(schema, 0.001, Observations.random(random));
    NativeHistogram other = Observations.exponential(schema, 0.001, Observations.random(random));
    HistogramSum sum = HistogramSum.of(histogram);
    sum.add(other);
    sum.subtract(other);

    assertSameCounts(histogram, sum.toHistogram());
  }

  @Property
  void aWiderZeroBucketTakesInWhatLiesWithin(
      @ForAll long seed, @ForAll @IntRange(min = -3, max = 3) int exponent) {
    double[] values = Observations.random(new Random(seed));
    double threshold = Math.pow(2, exponent);

    assertSameCounts(
        Observations.exponential(2, threshold, values),
        sum(
            List.of(
                Observations.exponential(2, 0, values),
                Observations.exponential(2, threshold, new double[0]))));
  }

  @Property
  void customBucketsKeepTheBoundsThatBothHave(@ForAll long seed) {
    Random random = new Random(seed);
    double[] left = Observations.random(random);
    double[] right = Observations.random(random);
    HistogramSum sum = HistogramSum.of(Observations.custom(new double[] {-10, 0, 1, 5, 100}, left));
    sum.add(Observations.custom(new double[] {-20, 0, 2, 5, 50}, right));

    assertTrue(sum.boundsReconciled());
    NativeHistogram expected =
        Observations.custom(new double[] {0, 5}, Observations.joined(left, right));
    NativeHistogram actual = sum.toHistogram();
    assertEquals(withoutEmpty(expected.positive()), actual.positive());
    assertEquals(expected.count(), actual.count());
  }

  @Property
  void moreObservationsAreNoReset(
      @ForAll long seed,
      @ForAll @IntRange(min = 0, max = 4) int before,
      @ForAll @IntRange(min = 0, max = 4) int coarser) {
    Random random = new Random(seed);
    double[] values = Observations.random(random);
    double[] more = Observations.joined(values, Observations.random(random));

    assertFalse(
        CounterReset.isBetween(
            Observations.exponential(before, 0.25, values),
            Observations.exponential(before - coarser, 0.5, more)));
    double[] bounds = {0, 1, 10};
    assertFalse(
        CounterReset.isBetween(
            Observations.custom(new double[] {-1, 0, 1, 10}, values),
            Observations.custom(bounds, more)));
  }

  @Property
  void fewerObservationsInAnyBucketAreAReset(@ForAll long seed) {
    Random random = new Random(seed);
    double[] values = Observations.joined(Observations.random(random), new double[] {1.5});
    double[] others = new double[values.length];
    for (int i = 0; i < others.length; i++) {
      others[i] = 3000;
    }

    assertTrue(
        CounterReset.isBetween(
            Observations.exponential(1, 0.001, values),
            Observations.exponential(1, 0.001, others)));
  }

  @Property
  void trimmingSharesTheObservationsOut(@ForAll long seed) {
    Random random = new Random(seed);
    double limit = random.nextDouble(-100, 100);
    NativeHistogram histogram =
        random.nextBoolean()
            ? Observations.exponential(random.nextInt(-2, 4), 0.5, Observations.random(random))
            : Observations.custom(
                new double[] {-2000, -10, 0, 7, 2000}, Observations.random(random));
    double below = TrimmedHistogram.below(histogram, limit).count();
    double above = TrimmedHistogram.above(histogram, limit).count();

    assertEquals(histogram.count(), below + above, 1e-9);
  }
}
