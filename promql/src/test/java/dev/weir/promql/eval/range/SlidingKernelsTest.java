package dev.weir.promql.eval.range;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.model.AbsentValue;
import dev.weir.promql.eval.select.Windows;
import dev.weir.promql.eval.vector.Steps;
import dev.weir.promql.eval.vector.VectorSeries;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/// Kernels give for windows that overlap much what they give for each window alone.
class SlidingKernelsTest {
  private static FloatWindows windows(double[] values, Steps ends, long rangeMillis) {
    long[] timestamps = new long[values.length];
    for (int i = 0; i < timestamps.length; i++) {
      timestamps[i] = i * 1000L;
    }
    return new FloatWindows(
        timestamps, values, null, Windows.of(timestamps, ends, rangeMillis), ends, rangeMillis);
  }

  private static double[] evaluate(
      RangeKernel kernel, double[] values, Steps ends, long rangeMillis) {
    double[] out = VectorSeries.absent(ends.count());
    kernel.evaluate(windows(values, ends, rangeMillis), out);
    return out;
  }

  private static void assertSlidesRight(RangeKernel kernel, double[] values, double tolerance) {
    Steps ends = new Steps(-5_000, 1_000, values.length + 60);
    long range = 50_000;
    assertTrue(windows(values, ends, range).overlapMuch());
    double[] slid = evaluate(kernel, values, ends, range);
    for (int step = 0; step < ends.count(); step++) {
      double alone = evaluate(kernel, values, Steps.single(ends.timeMillis(step)), range)[0];
      if (Double.isNaN(alone) && !AbsentValue.is(alone)) {
        assertTrue(Double.isNaN(slid[step]) && !AbsentValue.is(slid[step]), "step " + step);
      } else if (Double.isInfinite(alone) || tolerance == 0) {
        assertTrue(alone == slid[step] || AbsentValue.is(slid[step]), "step " + step);
        assertEquals(AbsentValue.is(alone), AbsentValue.is(slid[step]), "step " + step);
      } else if (AbsentValue.is(alone)) {
        assertTrue(AbsentValue.is(slid[step]), "step " + step);
      } else {
        assertEquals(alone, slid[step], Math.abs(alone) * tolerance, "step " + step);
      }
    }
  }

  private static double[] gauge(Random random, int count) {
    double[] values = new double[count];
    for (int i = 0; i < count; i++) {
      values[i] = Math.scalb(random.nextGaussian(), random.nextInt(60) - 30);
    }
    return values;
  }

  @Property(tries = 50)
  void sumsSlide(@ForAll long seed) {
    assertSlidesRight(SumOverTime.sum(), gauge(new Random(seed), 300), 1e-15);
    assertSlidesRight(SumOverTime.average(), gauge(new Random(seed), 300), 1e-15);
  }

  @Property(tries = 50)
  void sumsThatDoNotSlideAreEqualToTheLastDigit(@ForAll long seed) {
    assertSlidesRight(SumOverTime.sum().withoutSliding(), gauge(new Random(seed), 300), 0);
    assertSlidesRight(SumOverTime.average().withoutSliding(), gauge(new Random(seed), 300), 0);
  }

  @Test
  void aSumForgetsALargeValueThatHasLeftTheWindow() {
    double[] values = new double[200];
    Arrays.fill(values, 0.1);
    values[40] = 1e100;
    values[60] = Double.POSITIVE_INFINITY;
    values[100] = Double.NaN;
    Steps ends = new Steps(0, 1_000, 200);
    double[] sums = evaluate(SumOverTime.sum(), values, ends, 50_000);
    assertEquals(1e100, sums[45]);
    assertEquals(Double.POSITIVE_INFINITY, sums[70]);
    assertTrue(Double.isNaN(sums[120]));
    assertEquals(5.0, sums[199], 1e-15);
  }

  @Test
  void anAverageOfHugeValuesDoesNotOverflow() {
    double[] values = new double[200];
    Arrays.fill(values, 1e308);
    assertSlidesRight(SumOverTime.average(), values, 1e-14);
    Steps ends = new Steps(0, 1_000, 200);
    assertEquals(1e308, evaluate(SumOverTime.average(), values, ends, 50_000)[150], 1e294);
    assertEquals(Double.POSITIVE_INFINITY, evaluate(SumOverTime.sum(), values, ends, 50_000)[150]);
  }

  @Test
  void aSumOfManySizesLosesNothing() {
    double[] values = {1, 1e100, 1, -1e100};
    Steps end = Steps.single(3_000);
    assertEquals(2, evaluate(SumOverTime.sum(), values, end, 10_000)[0]);
    assertEquals(0.5, evaluate(SumOverTime.average(), values, end, 10_000)[0]);
  }

  @Property(tries = 50)
  void extremesSlideWithNansAmongTheValues(@ForAll long seed) {
    Random random = new Random(seed);
    double[] values = gauge(random, 300);
    for (int i = 0; i < values.length; i++) {
      if (random.nextInt(3) == 0) {
        values[i] = random.nextInt(4) == 0 ? Double.NaN : random.nextInt(3);
      }
    }
    assertSlidesRight(ExtremeOverTime.max(), values, 0);
    assertSlidesRight(ExtremeOverTime.min(), values, 0);
    assertSlidesRight(ExtremeOverTime.timeOfMax(), values, 0);
    assertSlidesRight(ExtremeOverTime.timeOfMin(), values, 0);
  }

  @Property(tries = 50)
  void quantilesSlide(@ForAll long seed) {
    Random random = new Random(seed);
    double[] values = gauge(random, 300);
    for (int i = 0; i < values.length; i += 1 + random.nextInt(20)) {
      values[i] = random.nextBoolean() ? Double.NaN : -0.0;
    }
    double[] quantiles = new double[1000];
    Arrays.fill(quantiles, random.nextDouble());
    assertSlidesRight(QuantileOverTime.quantile(quantiles, _ -> {}), values, 0);
    assertSlidesRight(QuantileOverTime.medianAbsoluteDeviation(), values, 0);
  }

  @Property(tries = 50)
  void transitionsSlide(@ForAll long seed) {
    Random random = new Random(seed);
    double[] values = new double[300];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextInt(6) == 0 ? Double.NaN : random.nextInt(4);
    }
    assertSlidesRight(Transitions.changes(), values, 0);
    assertSlidesRight(Transitions.resets(), values, 0);
  }

  @Property(tries = 50)
  void ratesSlideOverResets(@ForAll long seed) {
    Random random = new Random(seed);
    double[] values = new double[300];
    for (int i = 1; i < values.length; i++) {
      values[i] = random.nextInt(10) == 0 ? random.nextInt(5) : values[i - 1] + random.nextInt(9);
    }
    assertSlidesRight(new ExtrapolatedRate(true, true), values, 0);
    assertSlidesRight(new ExtrapolatedRate(true, false), values, 0);
    assertSlidesRight(InstantRate.irate(), values, 0);
  }
}
