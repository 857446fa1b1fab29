package dev.weir.promql.eval.range;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.weir.model.AbsentValue;
import dev.weir.model.Labels;
import dev.weir.model.StalenessMarker;
import dev.weir.promql.eval.range.RangeFunction.Range;
import dev.weir.promql.eval.select.SampleColumns.SampleColumn;
import dev.weir.promql.eval.select.Windows;
import dev.weir.promql.eval.vector.Steps;
import dev.weir.promql.eval.vector.VectorSeries;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/// Series of a group, each with gaps, come to kernels without them, and what is shared between
/// series gives what each would have had alone.
class GroupFloatsTest {
  private static final double GAP = AbsentValue.VALUE;
  private static final double STALE = StalenessMarker.VALUE;

  private static SampleColumn column(double... values) {
    return new SampleColumn(Labels.EMPTY, false, values, null, null, null);
  }

  private static long[] everySecond(int count) {
    long[] timestamps = new long[count];
    Arrays.setAll(timestamps, i -> 1000L * i);
    return timestamps;
  }

  private static GroupFloats floats(
      RangeKernel kernel, long[] timestamps, Steps ends, long rangeMillis) {
    return new GroupFloats(
        kernel,
        Range.plain(ends, rangeMillis),
        timestamps,
        Windows.of(timestamps, ends, rangeMillis));
  }

  @Test
  void seriesWithTheSameGapsShareTheirWindows() {
    List<FloatWindows> seen = new ArrayList<>();
    List<double[]> values = new ArrayList<>();
    RangeKernel kernel =
        (windows, _) -> {
          seen.add(windows);
          values.add(Arrays.copyOf(windows.values(), windows.windows().end()));
        };
    GroupFloats floats = floats(kernel, everySecond(5), new Steps(2000, 1000, 3), 3000);
    double[] out = VectorSeries.absent(3);
    floats.evaluate(column(0, 1, GAP, 3, 4), null, out);
    floats.evaluate(column(5, 6, STALE, 8, 9), null, out);
    floats.evaluate(column(0, 1, 2, 3, 4), null, out);
    floats.evaluate(column(0, GAP, GAP, 3, 4), null, out);
    floats.evaluate(column(GAP, STALE, GAP, GAP, GAP), null, out);
    assertEquals(4, seen.size());
    assertArrayEquals(new double[] {0, 1, 3, 4}, values.get(0));
    assertArrayEquals(new double[] {5, 6, 8, 9}, values.get(1));
    assertArrayEquals(new double[] {0, 1, 2, 3, 4}, values.get(2));
    assertArrayEquals(new double[] {0, 3, 4}, values.get(3));
    assertSame(seen.get(0).windows(), seen.get(1).windows());
    assertNotSame(seen.get(1).windows(), seen.get(3).windows());
    assertArrayEquals(new long[] {0, 3000, 4000}, seen.get(3).timestampsMillis());
    // Up to 2 s after -1 s, up to 3 s after 0 s, up to 4 s after 1 s.
    assertArrayEquals(new int[] {0, 1, 1}, seen.get(3).windows().from());
    assertArrayEquals(new int[] {1, 2, 3}, seen.get(3).windows().to());
  }

  @Property(tries = 300)
  void ratesAreThoseOfEachSeriesAlone(@ForAll long seed) {
    Random random = new Random(seed);
    long[] timestamps = new long[random.nextInt(1, 60)];
    long now = random.nextLong(5000);
    for (int i = 0; i < timestamps.length; i++) {
      timestamps[i] = now;
      now += 1 + random.nextInt(random.nextInt(8) == 0 ? 60_000 : 16_000);
    }
    Steps ends =
        new Steps(random.nextLong(20_000), random.nextLong(1, 30_000), random.nextInt(1, 30));
    long rangeMillis = random.nextLong(1, 120_000);
    ExtrapolatedRate kernel = new ExtrapolatedRate(random.nextInt(3) > 0, random.nextBoolean());
    GroupFloats floats = floats(kernel, timestamps, ends, rangeMillis);
    double[] values = {};
    for (int series = 0; series < 6; series++) {
      if (series % 2 == 0) {
        values = values(random, timestamps.length);
      } else {
        // The same gaps, other values.
        Arrays.setAll(values, sameGaps(values, random));
      }
      double[] together = VectorSeries.absent(ends.count());
      floats.evaluate(column(values), null, together);
      assertArrayEquals(alone(kernel, timestamps, values, ends, rangeMillis), bits(together));
    }
  }

  private static IntToDoubleFunction sameGaps(double[] values, Random random) {
    return i -> ColumnSamples.isFloat(values[i]) ? random.nextInt(100) : values[i];
  }

  private static double[] values(Random random, int count) {
    int gaps = random.nextInt(2, 12);
    double total = random.nextInt(3) == 0 ? -10 : random.nextInt(1000);
    double[] values = new double[count];
    for (int i = 0; i < count; i++) {
      total = random.nextInt(10) == 0 ? random.nextInt(3) : total + random.nextInt(4) / 4.0;
      values[i] =
          switch (random.nextInt(gaps * 8)) {
            case 0, 1, 2, 3 -> GAP;
            case 4, 5 -> STALE;
            case 6 -> Double.NaN;
            case 7 -> Double.POSITIVE_INFINITY;
            case 8 -> Double.MAX_VALUE;
            default -> total;
          };
    }
    return values;
  }

  /// As for a series without others: compacted first, then windowed, each step by itself.
  private static long[] alone(
      RangeKernel kernel, long[] timestamps, double[] values, Steps ends, long rangeMillis) {
    int[] kept = new int[values.length];
    int count = 0;
    for (int i = 0; i < values.length; i++) {
      if (ColumnSamples.isFloat(values[i])) {
        kept[count++] = i;
      }
    }
    int[] places = Arrays.copyOf(kept, count);
    double[] out = VectorSeries.absent(ends.count());
    if (count > 0) {
      long[] times = Arrays.stream(places).mapToLong(i -> timestamps[i]).toArray();
      double[] floats = Arrays.stream(places).mapToDouble(i -> values[i]).toArray();
      kernel.evaluate(
          new FloatWindows(
              times, floats, null, Windows.of(times, ends, rangeMillis), ends, rangeMillis),
          out);
    }
    return bits(out);
  }

  private static long[] bits(double[] values) {
    // Which NaN an operation gives is the processor's affair.
    return Arrays.stream(values)
        .mapToLong(value ->
            AbsentValue.is(value)
                ? Double.doubleToRawLongBits(value)
                : Double.doubleToLongBits(value))
        .toArray();
  }
}
