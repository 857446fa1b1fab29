package dev.weir.promql.eval.run;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/// What all queries of an engine hold in memory. Safe for many threads.
///
/// Where all together would need more than there is, the one that asks gives way if it holds more
/// than its share. So it is the large ones that are stopped, whoever came first, and small ones go
/// on; all together never take more than twice the limit.
public final class SharedMemory {
  private final long maxBytes;
  private final AtomicLong bytes = new AtomicLong();
  private final AtomicInteger runs = new AtomicInteger();

  public SharedMemory(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  void enter() {
    runs.incrementAndGet();
  }

  void leave(long heldBytes) {
    runs.decrementAndGet();
    bytes.addAndGet(-heldBytes);
  }

  /// A query takes or gives back memory.
  ///
  /// @param heldBytes what it holds with that
  /// @return whether it may
  boolean change(long moreBytes, long heldBytes) {
    return bytes.addAndGet(moreBytes) <= maxBytes
        || moreBytes <= 0
        || heldBytes <= maxBytes / Math.max(1, runs.get());
  }

  long maxBytes() {
    return maxBytes;
  }

  /// What queries hold now.
  public long bytes() {
    return bytes.get();
  }
}
