package dev.weir.blocks.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import dev.weir.blocks.tsdb.chunk.SampleList;
import dev.weir.model.NativeHistogram;
import dev.weir.model.NativeHistogram.Buckets;
import dev.weir.model.NativeHistogram.ResetHint;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class SeriesSamplesTest {
  private static NativeHistogram requests(int count, ResetHint hint) {
    return new NativeHistogram(
        hint,
        0,
        0,
        0,
        count,
        count,
        new Buckets(new int[] {1}, new int[] {1}, new double[] {count}),
        Buckets.NONE,
        new double[0]);
  }

  @Test
  void ofTwoValuesTheOneThatWasStoredFirstStays() {
    SeriesSamples samples = new SeriesSamples();
    samples.value(30_000, 0, 3);
    samples.value(45_000, 0, 4);
    samples.value(15_000, 0, 2);
    samples.value(30_000, 0, 3);
    samples.value(45_000, 0, 5);
    assertEquals(1, samples.sort());
    assertEquals(3, samples.count());
    assertEquals(List.of(15_000L, 30_000L, 45_000L), times(samples));
    assertEquals(4, samples.value(2));
  }

  /// Two chunks that overlap: within each the counter was not reset, between them nobody knows.
  @Test
  void whatIsKnownOfResetsIsLostWhereChunksAlternate() {
    SeriesSamples samples = new SeriesSamples();
    samples.histogram(15_000, 0, requests(1, ResetHint.UNKNOWN));
    samples.histogram(45_000, 0, requests(3, ResetHint.NOT_RESET));
    samples.histogram(60_000, 0, requests(4, ResetHint.NOT_RESET));
    samples.histogram(30_000, 0, requests(2, ResetHint.UNKNOWN));
    samples.histogram(60_000, 0, requests(4, ResetHint.NOT_RESET));
    assertEquals(0, samples.sort());
    List<ResetHint> hints = new ArrayList<>();
    for (int i = 0; i < samples.count(); i++) {
      NativeHistogram histogram = samples.histogram(i);
      assertNotNull(histogram);
      hints.add(histogram.resetHint());
    }
    assertEquals(
        List.of(ResetHint.UNKNOWN, ResetHint.UNKNOWN, ResetHint.UNKNOWN, ResetHint.NOT_RESET),
        hints);
  }

  private static List<Long> times(SeriesSamples samples) {
    List<Long> times = new ArrayList<>();
    for (int i = 0; i < samples.count(); i++) {
      times.add(samples.timestampMillis(i));
    }
    return times;
  }

  @Property(tries = 200)
  void anyOrderBecomesTheOrderOfTime(@ForAll long seed) {
    Random random = new Random(seed);
    List<SampleList.Sample> stored =
        new ArrayList<>(SampleList.random(random, 1 + random.nextInt(300), 0).samples());
    for (int i = random.nextInt(20); i > 0; i--) {
      stored.add(random.nextInt(stored.size()), stored.get(random.nextInt(stored.size())));
    }
    Collections.shuffle(stored, random);
    SeriesSamples samples = new SeriesSamples();
    Map<Long, SampleList.Sample> first = new TreeMap<>();
    for (SampleList.Sample sample : stored) {
      first.putIfAbsent(sample.millis(), sample);
      NativeHistogram histogram = sample.histogram();
      if (histogram == null) {
        samples.value(sample.millis(), sample.startMillis(), sample.value());
      } else {
        samples.histogram(sample.millis(), sample.startMillis(), histogram);
      }
    }
    assertEquals(0, samples.sort());
    assertEquals(List.copyOf(first.keySet()), times(samples));
    int at = 0;
    for (SampleList.Sample expected : first.values()) {
      NativeHistogram histogram = samples.histogram(at);
      NativeHistogram wanted = expected.histogram();
      if (wanted == null) {
        assertEquals(null, histogram);
        assertEquals(
            Double.doubleToRawLongBits(expected.value()),
            Double.doubleToRawLongBits(samples.value(at)));
      } else {
        assertNotNull(histogram);
        assertEquals(wanted, histogram.withResetHint(wanted.resetHint()));
      }
      at++;
    }
  }
}
