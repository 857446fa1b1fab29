package dev.weir.promql.eval.run;

import dev.weir.model.WeirException;
import dev.weir.promql.query.Cancellation;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/// The places of queries that run at once. Who finds none waits in line. Safe for many threads.
///
/// A query that has had its place for longer than a time slice, while others wait, steps aside and
/// to the end of the line: a short query is not stuck behind long ones. As a query that stepped
/// aside keeps what it holds in memory, no more are begun than there are places twice; further ones
/// wait until one has ended.
public final class Places {
  private static final long LONGEST_WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private final int count;
  private final long sliceNanos;
  private final LongSupplier nanoClock;
  private final Deque<Waiter> line = new ArrayDeque<>();
  private int running;
  private int begun;

  /// @param sliceNanos how long a query runs before it gives way to who waits
  public Places(int count, long sliceNanos, LongSupplier nanoClock) {
    this.count = count;
    this.sliceNanos = sliceNanos;
    this.nanoClock = nanoClock;
  }

  /// Somebody in line. Guarded by the places, but for the latch.
  private static final class Waiter {
    private final boolean hasBegun;
    private final CountDownLatch woken = new CountDownLatch(1);
    private boolean admitted;

    private Waiter(boolean hasBegun) {
      this.hasBegun = hasBegun;
    }
  }

  /// Waits for a place.
  ///
  /// @throws WeirException.TimedOut if there is none until the deadline
  /// @throws WeirException.Canceled if nobody wants it any more
  public Turn enter(Cancellation cancellation, long deadlineNanos) {
    Waiter waiter = new Waiter(false);
    synchronized (this) {
      line.add(waiter);
      admit();
    }
    await(waiter, cancellation, deadlineNanos);
    return new Turn(cancellation, deadlineNanos);
  }

  private synchronized void admit() {
    for (Iterator<Waiter> waiters = line.iterator(); running < count && waiters.hasNext(); ) {
      Waiter waiter = waiters.next();
      if (waiter.hasBegun || begun < 2 * count) {
        waiters.remove();
        running++;
        begun += waiter.hasBegun ? 0 : 1;
        waiter.admitted = true;
        waiter.woken.countDown();
      }
    }
  }

  private void await(Waiter waiter, Cancellation cancellation, long deadlineNanos) {
    boolean interrupted = false;
    try (Cancellation.Registration _ = cancellation.whenCanceled(waiter.woken::countDown)) {
      long left = deadlineNanos - nanoClock.getAsLong();
      while (left > 0
          && !waiter.woken.await(Math.min(left, LONGEST_WAIT_NANOS), TimeUnit.NANOSECONDS)) {
        left = deadlineNanos - nanoClock.getAsLong();
      }
    } catch (InterruptedException _) {
      interrupted = true;
      Thread.currentThread().interrupt();
    }
    synchronized (this) {
      if (waiter.admitted) {
        return;
      }
      line.remove(waiter);
      begun -= waiter.hasBegun ? 1 : 0;
      admit();
    }
    String where = waiter.hasBegun ? "expression evaluation" : "query queue";
    throw interrupted || cancellation.isCanceled()
        ? new WeirException.Canceled("query was canceled in " + where)
        : new WeirException.TimedOut("query timed out in " + where);
  }

  /// Queries that have a place.
  public synchronized int running() {
    return running;
  }

  /// Queries that wait for one.
  public synchronized int waiting() {
    return line.size();
  }

  private synchronized boolean stepAside(Waiter waiter) {
    boolean anyoneCanGo = false;
    for (Waiter other : line) {
      anyoneCanGo |= other.hasBegun || begun < 2 * count;
    }
    if (anyoneCanGo) {
      running--;
      line.add(waiter);
      admit();
    }
    return anyoneCanGo;
  }

  private synchronized void leave() {
    running--;
    begun--;
    admit();
  }

  /// One query's place. Belongs to the thread that runs the query.
  public final class Turn implements AutoCloseable {
    private final Cancellation cancellation;
    private final long deadlineNanos;
    private long sinceNanos = nanoClock.getAsLong();
    private boolean hasPlace = true;

    private Turn(Cancellation cancellation, long deadlineNanos) {
      this.cancellation = cancellation;
      this.deadlineNanos = deadlineNanos;
    }

    /// Lets others run if they wait and the time slice is used up, and waits for the next.
    ///
    /// @throws WeirException as [Places#enter], and then has no place any more
    void giveWay(long nowNanos) {
      if (nowNanos - sinceNanos < sliceNanos) {
        return;
      }
      Waiter waiter = new Waiter(true);
      if (stepAside(waiter)) {
        hasPlace = false;
        await(waiter, cancellation, deadlineNanos);
        hasPlace = true;
      }
      sinceNanos = nanoClock.getAsLong();
    }

    @Override
    public void close() {
      if (hasPlace) {
        hasPlace = false;
        leave();
      }
    }
  }
}
