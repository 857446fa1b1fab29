package dev.weir.query.api;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/// Interrupts threads that wait for something nobody wants any more. It looks every 50 ms, so that
/// beginning and ending a wait, which most queries do in microseconds, wake nobody; and it
/// interrupts again until the wait has ended, should somebody swallow it.
public final class Patience implements AutoCloseable {
  private static final long EVERY_MILLIS = 50;

  private final Set<Wait> waits = ConcurrentHashMap.newKeySet();
  private final ScheduledThreadPoolExecutor timer =
      new ScheduledThreadPoolExecutor(
          1, Thread.ofPlatform().name("query-patience").daemon().factory());

  public Patience() {
    var _ =
        timer.scheduleWithFixedDelay(
            () -> waits.forEach(Wait::look), EVERY_MILLIS, EVERY_MILLIS, TimeUnit.MILLISECONDS);
  }

  /// Begins a wait of the calling thread, which ends it.
  ///
  /// @param over whether it is in vain; asked by another thread, and never fails
  Wait begin(BooleanSupplier over) {
    Wait wait = new Wait(Thread.currentThread(), over);
    waits.add(wait);
    return wait;
  }

  /// Waits that are in work are interrupted no more.
  @Override
  public void close() {
    timer.shutdownNow();
  }

  /// A time for which a thread may be interrupted.
  final class Wait {
    private final Thread thread;
    private final BooleanSupplier over;
    private boolean interrupted;
    private boolean ended;

    private Wait(Thread thread, BooleanSupplier over) {
      this.thread = thread;
      this.over = over;
    }

    private synchronized void look() {
      if (!ended && over.getAsBoolean()) {
        interrupted = true;
        thread.interrupt();
      }
    }

    /// From here on the thread is not interrupted, and if it was, it is no longer.
    ///
    /// @return whether it was
    synchronized boolean end() {
      if (!ended) {
        ended = true;
        waits.remove(this);
        if (interrupted) {
          Thread.interrupted();
        }
      }
      return interrupted;
    }
  }
}
