package dev.weir.rules.notify;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class BackoffTest {
  @Property
  void growsByHalfUpToAMinute(
      @ForAll @IntRange(min = 1, max = 1_000_000) int failures, @ForAll long seed) {
    Duration wait = Backoff.after(failures, new Random(seed));
    double middle = Math.min(60_000, 500 * Math.pow(1.5, failures - 1));
    assertTrue(wait.toMillis() >= Math.floor(middle / 2), wait.toString());
    assertTrue(wait.toMillis() <= Math.ceil(middle * 1.5), wait.toString());
  }
}
