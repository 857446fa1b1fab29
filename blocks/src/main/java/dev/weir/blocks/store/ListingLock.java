package dev.weir.blocks.store;

import dev.weir.model.WeirException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/// Lets one thread list a store at a time. A listing takes as long as the store takes to answer, so
/// whoever waits for another's can be interrupted, as a query is whose time is up.
public final class ListingLock {
  private final ReentrantLock lock = new ReentrantLock();

  /// Lists while nobody else does.
  ///
  /// @throws WeirException.Canceled if the thread is interrupted while it waits
  public <T> T holding(Supplier<T> listing) {
    try {
      lock.lockInterruptibly();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new WeirException.Canceled("interrupted while the blocks were listed");
    }
    try {
      return listing.get();
    } finally {
      lock.unlock();
    }
  }
}
