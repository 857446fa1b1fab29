package dev.weir.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class AwaitTest {

  private static final Duration LONG = Duration.ofSeconds(20);
  private static final Duration SHORT = Duration.ofMillis(30);

  @Test
  void asksUntilTheConditionHolds() {
    AtomicInteger asked = new AtomicInteger();

    Await.until(() -> asked.incrementAndGet() == 3, LONG, () -> "three questions");

    assertEquals(3, asked.get());
  }

  @Test
  void asksOnceEvenWithoutTime() {
    assertEquals("up", Await.value(() -> Optional.of("up"), Duration.ZERO, () -> "a value"));
  }

  @Test
  void saysWhatItWaitedForAndWhatItSaw() {
    AtomicInteger samples = new AtomicInteger();

    AssertionError e =
        assertThrows(
            AssertionError.class,
            () ->
                Await.until(
                    () -> samples.incrementAndGet() < 0, SHORT, () -> "no samples; " + samples));

    assertEquals("not within PT0.03S: no samples; " + samples, e.getMessage());
    assertTrue(samples.get() > 1, "asked more than once");
  }

  @Test
  void givesUpAtOnceWhenTheQuestionFails() {
    IOException refused = new IOException("connection refused");

    AssertionError e =
        assertThrows(
            AssertionError.class,
            () ->
                Await.value(
                    () -> {
                      throw refused;
                    },
                    LONG,
                    () -> "an answer"));

    assertSame(refused, e.getCause());
  }

  @Test
  void triesACheckAgainUntilItPasses() {
    AtomicInteger tried = new AtomicInteger();

    Await.untilPasses(() -> assertEquals(3, tried.incrementAndGet()), LONG);

    assertEquals(3, tried.get());
  }

  @Test
  void failsWithTheLastFailureOfACheck() {
    AssertionError e =
        assertThrows(
            AssertionError.class, () -> Await.untilPasses(() -> assertEquals("a", "b"), SHORT));

    assertEquals("not within PT0.03S: expected: <a> but was: <b>", e.getMessage());
    assertInstanceOf(AssertionError.class, e.getCause());
  }

  @Test
  void endsWhenItsThreadIsInterrupted() {
    Thread.currentThread().interrupt();

    AssertionError e =
        assertThrows(AssertionError.class, () -> Await.until(() -> false, LONG, () -> "a sample"));

    assertEquals("interrupted while waiting for: a sample", e.getMessage());
    assertTrue(Thread.interrupted(), "the interrupt is left for whoever is asked next");
  }
}
