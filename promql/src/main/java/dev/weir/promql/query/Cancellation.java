package dev.weir.promql.query;

import java.util.ArrayList;
import java.util.List;

/// A caller's wish that a query stops. Any thread may make it; the query notices within one group
/// of series, or one series of steps, and at once where it waits.
public final class Cancellation {
  private final List<Runnable> waiting = new ArrayList<>();
  private volatile boolean canceled;

  /// Wakes who waits. Calling it again does nothing.
  public void cancel() {
    List<Runnable> woken;
    synchronized (waiting) {
      if (canceled) {
        return;
      }
      canceled = true;
      woken = List.copyOf(waiting);
      waiting.clear();
    }
    woken.forEach(Runnable::run);
  }

  public boolean isCanceled() {
    return canceled;
  }

  /// Has a short action run when the query is canceled, by the thread that does it, or now if it
  /// has been.
  ///
  /// @return ends the wish to know
  public Registration whenCanceled(Runnable action) {
    synchronized (waiting) {
      if (!canceled) {
        waiting.add(action);
        return () -> forget(action);
      }
    }
    action.run();
    return () -> {};
  }

  private void forget(Runnable action) {
    synchronized (waiting) {
      waiting.remove(action);
    }
  }

  /// What [#whenCanceled] gave.
  @FunctionalInterface
  public interface Registration extends AutoCloseable {
    @Override
    void close();
  }
}
