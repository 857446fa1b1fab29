package dev.weir.collectors.exposition;

import java.util.concurrent.atomic.AtomicLong;

/// Memory that the bodies of many targets take together, which has a bound. Safe for use by several
/// threads.
public final class BodyMemory {
  /// What one body takes of it. Safe for use by several threads.
  public final class Share implements AutoCloseable {
    private long bytes;
    private boolean closed;

    private Share() {}

    /// Takes more.
    ///
    /// @return false if there is not so much left, or the share is closed; then it is as before
    public synchronized boolean take(long more) {
      if (closed || !takeFromAll(more)) {
        return false;
      }
      bytes += more;
      return true;
    }

    /// Takes so much instead of what it has.
    ///
    /// @return false if there is not so much left; then it has nothing
    synchronized boolean takeInstead(long wanted) {
      taken.addAndGet(-bytes);
      bytes = 0;
      return take(wanted);
    }

    /// Gives back what it has, and takes nothing more.
    @Override
    public synchronized void close() {
      closed = true;
      taken.addAndGet(-bytes);
      bytes = 0;
    }
  }

  private final long maxBytes;
  private final AtomicLong taken = new AtomicLong();

  public BodyMemory(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /// A share that has nothing yet.
  public Share share() {
    return new Share();
  }

  private boolean takeFromAll(long more) {
    while (true) {
      long present = taken.get();
      if (more > maxBytes - present) {
        return false;
      }
      if (taken.compareAndSet(present, present + more)) {
        return true;
      }
    }
  }

  public long maxBytes() {
    return maxBytes;
  }

  /// What all shares have.
  public long taken() {
    return taken.get();
  }
}
