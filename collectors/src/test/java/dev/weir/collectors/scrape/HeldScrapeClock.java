package dev.weir.collectors.scrape;

import dev.weir.testing.Await;
import dev.weir.testing.HeldClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// A clock that stands still until the test moves it, and knows who waits for it.
final class HeldScrapeClock implements ScrapeClock {
  private static final Duration DEADLINE = Duration.ofSeconds(30);

  private final HeldClock clock;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition moved = lock.newCondition();
  private final List<Sleeper> sleepers = new ArrayList<>();

  /// Not a record: two may wait for the same time.
  private static final class Sleeper {
    private final Instant due;
    private boolean awake;

    private Sleeper(Instant due) {
      this.due = due;
    }
  }

  HeldScrapeClock(String start) {
    clock = HeldClock.at(start);
  }

  @Override
  public Instant instant() {
    return clock.instant();
  }

  @Override
  public void sleepUntil(Instant due) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      if (!instant().isBefore(due)) {
        return;
      }
      Sleeper sleeper = new Sleeper(due);
      sleepers.add(sleeper);
      try {
        while (!sleeper.awake) {
          moved.await();
        }
      } finally {
        sleepers.remove(sleeper);
      }
    } finally {
      lock.unlock();
    }
  }

  /// Moves the clock to a time, which may be an earlier one.
  void set(Instant time) {
    lock.lock();
    try {
      boolean setBack = time.isBefore(instant());
      clock.set(time);
      for (Sleeper sleeper : sleepers) {
        sleeper.awake |= setBack || !time.isBefore(sleeper.due);
      }
      moved.signalAll();
    } finally {
      lock.unlock();
    }
  }

  void advance(Duration by) {
    set(instant().plus(by));
  }

  private List<Instant> awaited() {
    lock.lock();
    try {
      return sleepers.stream()
          .filter(sleeper -> !sleeper.awake)
          .map(sleeper -> sleeper.due)
          .sorted()
          .toList();
    } finally {
      lock.unlock();
    }
  }

  /// Waits until so many wait for a later time, which is when nobody does anything else.
  ///
  /// @return the times, in order
  List<Instant> awaitSleepers(int count) {
    Await.until(
        () -> awaited().size() == count,
        DEADLINE,
        () -> "%d to wait for the clock; they wait for %s".formatted(count, awaited()));
    return awaited();
  }
}
