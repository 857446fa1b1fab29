package dev.weir.promql.eval.aggregate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.model.AbsentValue;
import dev.weir.model.Labels;
import dev.weir.promql.ast.SourceSpan;
import dev.weir.promql.eval.function.CompensatedSum;
import dev.weir.promql.eval.run.Annotations;
import dev.weir.promql.eval.vector.VectorSeries;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AggregateTest {
  private static final HistogramTotals NO_HISTOGRAMS = noHistograms();

  private static double[] take(KBest best) {
    double[] numbers = new double[best.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = best.number(i);
    }
    Arrays.sort(numbers);
    return numbers;
  }

  @Property
  void theBestAreThoseThatSortingPutsFirst(@ForAll long seed) {
    Random random = new Random(seed);
    int k = random.nextInt(1, 10);
    boolean greatest = random.nextBoolean();
    KBest best = new KBest(greatest);
    List<double[]> all = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      double value = random.nextInt(8) == 0 ? Double.NaN : random.nextInt(12);
      best.offer(i, value, k);
      all.add(new double[] {value, i});
    }
    all.sort((a, b) -> {
      if (Double.isNaN(a[0]) || Double.isNaN(b[0])) {
        int order = Boolean.compare(Double.isNaN(a[0]), Double.isNaN(b[0]));
        return order != 0 ? order : Double.compare(a[1], b[1]);
      }
      int order = Double.compare(a[0], b[0]);
      return order != 0 ? (greatest ? -order : order) : Double.compare(a[1], b[1]);
    });
    double[] expected = all.stream().limit(k).mapToDouble(entry -> entry[1]).sorted().toArray();
    assertEquals(Arrays.toString(expected), Arrays.toString(take(best)));
  }

  private static VectorSeries series(double... values) {
    return VectorSeries.ofValues(Labels.of("instance", "a"), values);
  }

  private static double merged(Accumulator first, Accumulator second, double[]... columns) {
    for (int i = 0; i < columns.length; i++) {
      (i < columns.length / 2 ? first : second).add(series(columns[i]));
    }
    first.merge(second);
    return first.finish(Labels.EMPTY).values()[0];
  }

  private static double[] at(double value) {
    return new double[] {value};
  }

  @Test
  void anAverageThatOverflowsInEitherHalfIsRight() {
    double huge = 1.7e308;
    assertEquals(
        huge,
        merged(average(), average(), at(huge), at(huge), at(huge), at(huge), at(huge)),
        1e294);
    assertEquals(
        huge / 2,
        merged(average(), average(), at(huge), at(huge), at(huge), at(0), at(0), at(0)),
        1e294);
    assertTrue(
        Double.isNaN(
            merged(
                average(), average(), at(Double.POSITIVE_INFINITY), at(Double.NEGATIVE_INFINITY))));
  }

  private static HistogramTotals noHistograms() {
    return new HistogramTotals(new Annotations(""), SourceSpan.NONE, true);
  }

  private static AverageAccumulator average() {
    return new AverageAccumulator(1, NO_HISTOGRAMS);
  }

  /// Series come in one to four parts, which are merged; the sum of each part is compensated, and
  /// so is the sum of parts.
  @Property
  void sumsOfColumnsAreThoseOfTheirSteps(@ForAll long seed) {
    Random random = new Random(seed);
    int steps = random.nextInt(1, 20);
    int parts = random.nextInt(1, 5);
    int wildness = random.nextInt(1, 200);
    SumAccumulator sum = new SumAccumulator(NO_HISTOGRAMS);
    @Nullable CompensatedSum[] expected = new CompensatedSum[steps];
    for (int part = 0; part < parts; part++) {
      SumAccumulator ofPart = part == 0 ? sum : new SumAccumulator(NO_HISTOGRAMS);
      @Nullable CompensatedSum[] expectedOfPart = part == 0 ? expected : new CompensatedSum[steps];
      for (int series = 0; series < random.nextInt(1, 8); series++) {
        double[] values = new double[steps];
        for (int step = 0; step < steps; step++) {
          values[step] = number(random, wildness);
          add(values[step], 0, step, expectedOfPart);
        }
        ofPart.add(VectorSeries.ofValues(Labels.EMPTY, values));
      }
      if (part > 0) {
        sum.merge(ofPart);
        for (int step = 0; step < steps; step++) {
          CompensatedSum one = expectedOfPart[step];
          if (one != null) {
            add(one.sum(), one.compensation(), step, expected);
          }
        }
      }
    }
    double[] sums = sum.finish(Labels.EMPTY).values();
    for (int step = 0; step < steps; step++) {
      CompensatedSum known = expected[step];
      assertEquals(known == null, AbsentValue.is(sums[step]));
      if (known != null) {
        assertEquals(known.value() + 0.0, sums[step]);
      }
    }
  }

  private static void add(
      double value, double compensation, int step, @Nullable CompensatedSum[] sums) {
    if (AbsentValue.is(value)) {
      return;
    }
    CompensatedSum known = sums[step];
    if (known == null) {
      known = new CompensatedSum();
      known.set(value, compensation);
      sums[step] = known;
    } else {
      known.add(value);
      known.set(known.sum(), known.compensation() + compensation);
    }
  }

  private static double number(Random random, int wildness) {
    return switch (random.nextInt(wildness * 10)) {
      case 0 -> AbsentValue.VALUE;
      case 1 -> Double.NaN;
      case 2 -> Double.NEGATIVE_INFINITY;
      case 3 -> Double.MAX_VALUE;
      case 4 -> -0.0;
      case 5 -> Double.MIN_VALUE;
      case 6 -> Math.scalb(random.nextBoolean() ? -1.0 : 1.0, 959);
      case 7 -> Math.scalb(1.0, 960);
      case 8 -> Math.nextDown(Math.scalb(1.0, 960));
      default -> Math.scalb(random.nextGaussian(), random.nextInt(120) - 60);
    };
  }

  @Test
  void aSumIsCompensatedAcrossItsParts() {
    assertEquals(
        4,
        merged(
            new SumAccumulator(NO_HISTOGRAMS),
            new SumAccumulator(NO_HISTOGRAMS),
            at(1),
            at(1e100),
            at(1),
            at(1),
            at(-1e100),
            at(1)));
  }

  @Test
  void anAccumulatorThatSawNothingAddsNothing() {
    assertEquals(3, merged(average(), average(), at(AbsentValue.VALUE), at(3)));
    assertEquals(3, merged(average(), average(), at(3), at(AbsentValue.VALUE)));
  }

  @Test
  void choosingAgainFromWhatWasChosenComesToTheSame() {
    SeriesChoice.First two = new SeriesChoice.First(new int[] {2, 2});
    List<VectorSeries> all = new ArrayList<>();
    for (int i = 5; i > 0; i--) {
      all.add(
          VectorSeries.ofValues(
              Labels.of("instance", "host-" + i),
              new double[] {i, i == 1 ? AbsentValue.VALUE : i}));
    }
    List<VectorSeries> once = two.prune(all, 2);
    List<VectorSeries> twice = two.prune(once, 2);
    assertEquals(
        once.stream().map(VectorSeries::labels).toList(),
        twice.stream().map(VectorSeries::labels).toList());
    assertEquals(3, once.size());
  }

  @Test
  void limitRatioChoosesAShareAndItsComplementChoosesTheRest() {
    List<Labels> all = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      all.add(Labels.of("__name__", "up", "instance", "host-" + i));
    }
    long below = all.stream().filter(labels -> LabelHash.fraction(labels) < 0.3).count();
    assertTrue(below > 240 && below < 360, "below 0.3: " + below);
    assertTrue(all.stream().allMatch(l -> LabelHash.fraction(l) >= 0 && LabelHash.fraction(l) < 1));
  }
}
