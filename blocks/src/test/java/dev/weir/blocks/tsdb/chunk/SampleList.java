package dev.weir.blocks.tsdb.chunk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.model.AbsentValue;
import dev.weir.model.NativeHistogram;
import dev.weir.model.NativeHistogram.Buckets;
import dev.weir.model.NativeHistogram.ResetHint;
import dev.weir.model.StalenessMarker;
import dev.weir.model.TimeRange;
import dev.weir.model.histogram.CounterReset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/// The samples of a series, to be compared.
public final class SampleList implements SampleSink {
  /// A sample; a float if it has no histogram.
  public record Sample(
      long millis, long startMillis, double value, @Nullable NativeHistogram histogram) {}

  private final List<Sample> samples = new ArrayList<>();

  @Override
  public void value(long timestampMillis, long startMillis, double value) {
    samples.add(new Sample(timestampMillis, startMillis, value, null));
  }

  @Override
  public void histogram(long timestampMillis, long startMillis, NativeHistogram histogram) {
    samples.add(new Sample(timestampMillis, startMillis, 0, histogram));
  }

  public List<Sample> samples() {
    return samples;
  }

  /// What is known of resets before each histogram.
  public List<ResetHint> hints() {
    List<ResetHint> hints = new ArrayList<>();
    for (Sample sample : samples) {
      NativeHistogram histogram = sample.histogram;
      if (histogram != null) {
        hints.add(histogram.resetHint());
      }
    }
    return hints;
  }

  /// Those of a range.
  public SampleList in(TimeRange range) {
    SampleList part = new SampleList();
    samples.stream().filter(sample -> range.contains(sample.millis)).forEach(part.samples::add);
    return part;
  }

  public void sendTo(SampleSink sink) {
    for (Sample sample : samples) {
      NativeHistogram histogram = sample.histogram;
      if (histogram == null) {
        sink.value(sample.millis, sample.startMillis, sample.value);
      } else {
        sink.histogram(sample.millis, sample.startMillis, histogram);
      }
    }
  }

  /// Asserts that these are the samples that were written: the same to the bit, and what is known
  /// of resets is true.
  public void assertIs(SampleList written) {
    assertEquals(written.samples.size(), samples.size(), "samples");
    NativeHistogram previous = null;
    for (int i = 0; i < samples.size(); i++) {
      Sample expected = written.samples.get(i);
      Sample actual = samples.get(i);
      String place = "sample %d at %d ms".formatted(i, expected.millis);
      assertEquals(expected.millis, actual.millis, place);
      NativeHistogram histogram = expected.histogram;
      if (histogram == null) {
        assertEquals(null, actual.histogram, place);
        assertEquals(
            Double.doubleToRawLongBits(expected.value),
            Double.doubleToRawLongBits(actual.value),
            place);
      } else {
        NativeHistogram read = present(actual.histogram, place);
        assertEquals(histogram, read.withResetHint(histogram.resetHint()), place);
        assertHint(previous, histogram, read.resetHint(), place);
      }
      previous = histogram;
    }
  }

  private static NativeHistogram present(@Nullable NativeHistogram histogram, String place) {
    assertNotNull(histogram, place);
    return histogram;
  }

  private static void assertHint(
      @Nullable NativeHistogram previous, NativeHistogram written, ResetHint read, String place) {
    boolean isTrue =
        switch (written.resetHint()) {
          case GAUGE -> read == ResetHint.GAUGE;
          case RESET -> read == ResetHint.RESET;
          case NOT_RESET -> read == ResetHint.NOT_RESET || read == ResetHint.UNKNOWN;
          case UNKNOWN ->
              read == ResetHint.UNKNOWN
                  || (previous != null
                      && read
                          == (CounterReset.isBetween(previous, written)
                              ? ResetHint.RESET
                              : ResetHint.NOT_RESET));
        };
    assertTrue(isTrue, () -> "%s: %s became %s".formatted(place, written.resetHint(), read));
  }

  /// Samples as a series has them, and as it should not: of floats, of histograms, of both; regular
  /// in time or not; with all bit patterns of NaN but that of absence.
  public static SampleList random(Random random, int count, long fromMillis) {
    SampleList list = new SampleList();
    int kind = random.nextInt(4);
    boolean regular = random.nextBoolean();
    long millis = fromMillis;
    double level = random.nextInt(1000);
    NativeHistogram histogram = shape(random);
    for (int i = 0; i < count; i++) {
      if (kind == 0 || (kind == 1 && random.nextInt(30) > 0)) {
        level += random.nextInt(3) == 0 ? 0 : random.nextInt(50);
        list.value(millis, 0, random.nextInt(25) == 0 ? odd(random) : level);
      } else if (random.nextInt(20) == 0) {
        list.value(millis, 0, StalenessMarker.VALUE);
      } else {
        histogram = next(histogram, random);
        list.histogram(millis, 0, histogram);
      }
      millis += regular && random.nextInt(50) > 0 ? 15_000 : 1 + jump(random);
    }
    return list;
  }

  private static long jump(Random random) {
    return random.nextLong(1L << random.nextInt(1, 26));
  }

  private static double odd(Random random) {
    double[] odd = {
      -0.0,
      Double.NaN,
      StalenessMarker.VALUE,
      Double.longBitsToDouble(0xfff8000000000123L),
      Double.POSITIVE_INFINITY,
      Double.MIN_VALUE,
      Double.MAX_VALUE,
      0.1,
      Double.longBitsToDouble(random.nextLong())
    };
    return AbsentValue.replaceIn(odd[random.nextInt(odd.length)]);
  }

  private static NativeHistogram shape(Random random) {
    boolean custom = random.nextInt(3) == 0;
    double[] bounds = custom ? new double[1 + random.nextInt(4)] : new double[0];
    for (int i = 0; i < bounds.length; i++) {
      bounds[i] = i == 0 ? random.nextInt(3) - 0.3 : bounds[i - 1] + (i % 2 == 0 ? 1e-7 : 0.25);
    }
    double[] thresholds = {0, 0x1p-128, 0x1p-243, 0x1p10, 0x1p11, 0.001, 3};
    return new NativeHistogram(
        ResetHint.ofCode(random.nextInt(4)),
        custom ? NativeHistogram.CUSTOM_BUCKETS_SCHEMA : random.nextInt(13) - 4,
        custom ? 0 : thresholds[random.nextInt(thresholds.length)],
        custom ? 0 : random.nextInt(10),
        random.nextInt(1000),
        random.nextDouble(),
        buckets(random, custom ? bounds.length + 1 : 5, custom),
        custom ? Buckets.NONE : buckets(random, 3, false),
        bounds);
  }

  private static Buckets buckets(Random random, int most, boolean custom) {
    int spans = random.nextInt(custom ? 2 : 3);
    int[] offsets = new int[spans];
    int[] lengths = new int[spans];
    for (int i = 0; i < spans; i++) {
      offsets[i] = custom ? 0 : i == 0 ? random.nextInt(200) - 100 : random.nextInt(4);
      lengths[i] = random.nextInt(most);
    }
    double[] counts = new double[Arrays.stream(lengths).sum()];
    Arrays.setAll(counts, _ -> random.nextInt(50));
    return new Buckets(offsets, lengths, counts);
  }

  /// What may follow a histogram: mostly itself with more observations.
  private static NativeHistogram next(NativeHistogram before, Random random) {
    if (random.nextInt(25) == 0) {
      return shape(random);
    }
    double fraction = random.nextInt(40) == 0 ? 0.25 : 0;
    boolean less = random.nextInt(30) == 0;
    ResetHint hint =
        before.resetHint() == ResetHint.GAUGE || random.nextInt(4) > 0
            ? before.resetHint() == ResetHint.RESET ? ResetHint.UNKNOWN : before.resetHint()
            : ResetHint.ofCode(random.nextInt(3));
    return new NativeHistogram(
        hint,
        before.schema(),
        before.zeroThreshold(),
        before.hasCustomBuckets() ? 0 : before.zeroCount() + random.nextInt(2),
        Math.max(0, before.count() + (less ? -1 : random.nextInt(100)) + fraction),
        random.nextInt(20) == 0 ? odd(random) + 1 : before.sum() + random.nextDouble(),
        more(before.positive(), random, fraction),
        more(before.negative(), random, fraction),
        before.customBounds());
  }

  private static Buckets more(Buckets before, Random random, double fraction) {
    double[] counts = before.counts().clone();
    for (int i = 0; i < counts.length; i++) {
      counts[i] += random.nextInt(3) == 0 ? random.nextInt(10) + fraction : 0;
    }
    return new Buckets(before.offsets(), before.lengths(), counts);
  }
}
