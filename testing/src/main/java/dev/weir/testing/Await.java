package dev.weir.testing;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/// Waits for what another thread or process will do, up to a deadline.
///
/// A test that waits here ends as soon as the condition holds, and when it fails says what it
/// waited for and what it saw last. The conditions are asked on the calling thread, some 100 times
/// a second, and once more after the deadline. Time is real time: what a clock in the test decides
/// is decided by moving a [HeldClock], without waiting.
public final class Await {

  private static final long PAUSE_NANOS = Duration.ofMillis(10).toNanos();

  private Await() {}

  /// An assertion or another step that may fail.
  @FunctionalInterface
  public interface Check {
    /// Returns when all is well.
    void run() throws Exception;
  }

  /// Waits until a condition holds. What the condition throws ends the wait.
  ///
  /// @param describe what is waited for and what there is so far, asked only on failure
  /// @throws AssertionError when it does not hold by the deadline
  public static void until(
      Callable<Boolean> condition, Duration deadline, Supplier<String> describe) {
    value(() -> condition.call() ? Optional.of(true) : Optional.empty(), deadline, describe);
  }

  /// Waits until there is a value. What the source throws ends the wait.
  ///
  /// @param describe what is waited for and what there is so far, asked only on failure
  /// @return the value
  /// @throws AssertionError when there is none by the deadline
  public static <T> T value(
      Callable<Optional<T>> source, Duration deadline, Supplier<String> describe) {
    long startNanos = System.nanoTime();
    while (true) {
      boolean last = System.nanoTime() - startNanos >= deadline.toNanos();
      Optional<T> value = call(source, describe);
      if (value.isPresent()) {
        return value.get();
      }
      if (last) {
        throw new AssertionError("not within " + deadline + ": " + describe.get());
      }
      pause(describe);
    }
  }

  /// Waits until a check passes, that is, throws no [AssertionError]. Any other thing that it
  /// throws ends the wait.
  ///
  /// @throws AssertionError the check's own, of the last time, when it does not pass by the
  ///   deadline
  public static void untilPasses(Check check, Duration deadline) {
    long startNanos = System.nanoTime();
    while (true) {
      boolean last = System.nanoTime() - startNanos >= deadline.toNanos();
      try {
        check.run();
        return;
      } catch (AssertionError e) {
        if (last) {
          throw new AssertionError("not within " + deadline + ": " + e.getMessage(), e);
        }
      } catch (Exception e) {
        throw new AssertionError("the check failed while it was waited for: " + e, e);
      }
      pause(() -> "a check to pass");
    }
  }

  /// Waits for nothing but time, as who wants something to happen at a random moment.
  public static void timeToPass(Duration time) {
    long startNanos = System.nanoTime();
    while (System.nanoTime() - startNanos < time.toNanos()) {
      pause(() -> time + " to pass");
    }
  }

  private static <T> Optional<T> call(Callable<Optional<T>> source, Supplier<String> describe) {
    try {
      return source.call();
    } catch (Exception e) {
      throw new AssertionError("failed while waiting for: " + describe.get() + ": " + e, e);
    }
  }

  private static void pause(Supplier<String> describe) {
    LockSupport.parkNanos(PAUSE_NANOS);
    if (Thread.currentThread().isInterrupted()) {
      throw new AssertionError("interrupted while waiting for: " + describe.get());
    }
  }
}
