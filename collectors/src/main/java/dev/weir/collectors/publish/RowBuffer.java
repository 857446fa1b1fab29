package dev.weir.collectors.publish;

import dev.weir.model.WeirException;
import dev.weir.schemas.publish.GroupRows;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Rows that wait to be sent, in order, bounded by their size in memory. What was scraped is never
/// refused: the oldest scraped rows make room. What was pushed is never dropped: it is refused when
/// there is no room, and its sender keeps it. Pushed rows take at most half of the memory, so that
/// scraped ones always have the other half. Safe for use by several threads.
final class RowBuffer {
  /// Pushed rows take at most one in this many bytes.
  private static final int PUSHED_SHARE = 2;

  /// Rows and who waits for them.
  ///
  /// @param delivery completed when Kafka has them for good; null for scraped rows, which nobody
  ///   waits for
  record Waiting(
      OutgoingRows rows,
      long bytes,
      long offeredNanos,
      @Nullable CompletableFuture<Void> delivery) {
    boolean isScraped() {
      return delivery == null;
    }
  }

  private final long maxBytes;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition notEmpty = lock.newCondition();
  private final Condition drained = lock.newCondition();
  private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
  private final OutlivedLayouts layouts = new OutlivedLayouts();
  private long bytes;
  private long pushedBytes;
  private int taken;

  RowBuffer(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /// Takes scraped rows.
  ///
  /// @return what was dropped: older scraped rows, or these themselves if nothing else made room
  List<OutgoingRows> offerScraped(OutgoingRows rows, long nowNanos) {
    Waiting entry = new Waiting(rows, rows.bytes(), nowNanos, null);
    List<OutgoingRows> dropped = new ArrayList<>(0);
    lock.lock();
    try {
      makeRoom(entry.bytes(), dropped);
      if (bytes + entry.bytes() > maxBytes) {
        dropped.add(rows);
      } else {
        add(entry);
        // A layout that these rows have replaced may take more than they do.
        makeRoom(0, dropped);
      }
      return dropped;
    } finally {
      lock.unlock();
    }
  }

  private void makeRoom(long more, List<OutgoingRows> dropped) {
    Iterator<Waiting> oldest = waiting.iterator();
    while (bytes + more > maxBytes && oldest.hasNext()) {
      Waiting old = oldest.next();
      if (old.isScraped()) {
        oldest.remove();
        release(old);
        dropped.add(old.rows());
      }
    }
  }

  /// Takes all of some pushed rows, or none. Cancelling what is returned takes them back.
  ///
  /// @return null if there is no room now
  /// @throws WeirException.LimitExceeded if there is never room for that much
  @Nullable CompletableFuture<Void> offerPushed(List<OutgoingRows> rows, long nowNanos) {
    List<Waiting> entries = new ArrayList<>(rows.size());
    List<CompletableFuture<Void>> deliveries = new ArrayList<>(rows.size());
    long more = 0;
    for (OutgoingRows part : rows) {
      CompletableFuture<Void> delivery = new CompletableFuture<>();
      entries.add(new Waiting(part, part.bytes(), nowNanos, delivery));
      deliveries.add(delivery);
      more += part.bytes();
    }
    long maxPushed = maxBytes / PUSHED_SHARE;
    if (more > maxPushed) {
      throw new WeirException.LimitExceeded(
          ("the rows of the request take %d bytes in memory, and all that are pushed may take %d (half"
                  + " of collector.buffer_bytes); send smaller requests, or raise the limit")
              .formatted(more, maxPushed));
    }
    lock.lock();
    try {
      if (bytes + more > maxBytes || pushedBytes + more > maxPushed) {
        return null;
      }
      entries.forEach(this::add);
    } finally {
      lock.unlock();
    }
    CompletableFuture<Void> all =
        CompletableFuture.allOf(deliveries.toArray(CompletableFuture<?>[]::new));
    // Who gives up waiting takes back what has not been sent.
    var _ =
        all.whenComplete((_, _) -> {
          if (all.isCancelled()) {
            deliveries.forEach(delivery -> delivery.cancel(false));
            removeCancelled();
          }
        });
    return all;
  }

  private void add(Waiting entry) {
    waiting.add(entry);
    GroupRows rows = entry.rows().rows();
    bytes += entry.bytes() + layouts.added(rows.group(), rows.layout());
    pushedBytes += entry.isScraped() ? 0 : entry.bytes();
    notEmpty.signal();
  }

  /// An entry has left [#waiting].
  private void release(Waiting entry) {
    GroupRows rows = entry.rows().rows();
    bytes -= entry.bytes() - layouts.removed(rows.group(), rows.layout());
    pushedBytes -= entry.isScraped() ? 0 : entry.bytes();
  }

  private void removeCancelled() {
    lock.lock();
    try {
      waiting.removeIf(entry -> {
        boolean cancelled = entry.delivery() != null && entry.delivery().isCancelled();
        if (cancelled) {
          release(entry);
        }
        return cancelled;
      });
      signalIfDrained();
    } finally {
      lock.unlock();
    }
  }

  /// The next rows to send. Who takes them says [#sent] when they are handed over.
  Waiting take() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (waiting.isEmpty()) {
        notEmpty.await();
      }
      Waiting next = waiting.remove();
      release(next);
      taken++;
      return next;
    } finally {
      lock.unlock();
    }
  }

  /// Rows that were taken are handed over, or given up.
  void sent() {
    lock.lock();
    try {
      taken--;
      signalIfDrained();
    } finally {
      lock.unlock();
    }
  }

  private void signalIfDrained() {
    if (waiting.isEmpty() && taken == 0) {
      drained.signalAll();
    }
  }

  /// Waits until everything is handed over.
  ///
  /// @return false if that took too long
  boolean awaitDrained(long timeoutNanos) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      long remaining = timeoutNanos;
      while (!waiting.isEmpty() || taken > 0) {
        if (remaining <= 0) {
          return false;
        }
        remaining = drained.awaitNanos(remaining);
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  /// Removes everything that waits.
  List<Waiting> drain() {
    lock.lock();
    try {
      List<Waiting> drainedEntries = List.copyOf(waiting);
      waiting.clear();
      drainedEntries.forEach(this::release);
      signalIfDrained();
      return drainedEntries;
    } finally {
      lock.unlock();
    }
  }

  long bytes() {
    lock.lock();
    try {
      return bytes;
    } finally {
      lock.unlock();
    }
  }

  /// Number of entries, each one record.
  int size() {
    lock.lock();
    try {
      return waiting.size();
    } finally {
      lock.unlock();
    }
  }

  /// When the oldest entry was offered, or `nowNanos` if there is none.
  long oldestNanos(long nowNanos) {
    lock.lock();
    try {
      Waiting oldest = waiting.peek();
      return oldest == null ? nowNanos : oldest.offeredNanos();
    } finally {
      lock.unlock();
    }
  }
}
