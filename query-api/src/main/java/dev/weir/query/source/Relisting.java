package dev.weir.query.source;

import static java.util.Objects.requireNonNull;

import dev.weir.blocks.catalog.BlockCatalog;
import dev.weir.blocks.catalog.BlockSnapshot;
import dev.weir.blocks.store.ListingLock;
import dev.weir.model.WeirException;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Lists the store again for queries that know too little of it. Whoever comes while a listing runs
/// waits for it and shares what it found; there is no more than one in a while, however many
/// queries want one. Safe for use by many threads.
final class Relisting {
  private static final Logger log = LoggerFactory.getLogger(Relisting.class);

  private static final Duration AT_MOST_EVERY = Duration.ofSeconds(1);

  private final BlockCatalog catalog;
  private final LongSupplier nanoClock;
  private final ListingLock listing = new ListingLock();
  private boolean listed;
  private long begunNanos;

  /// @param nanoClock measures time as [System#nanoTime] does
  Relisting(BlockCatalog catalog, LongSupplier nanoClock) {
    this.catalog = requireNonNull(catalog, "catalog");
    this.nanoClock = requireNonNull(nanoClock, "nanoClock");
  }

  /// What there is after this; the same snapshot if there is nothing newer to be had.
  BlockSnapshot newerThan(BlockSnapshot known) {
    BlockSnapshot current = catalog.current();
    return current == known ? list(known) : current;
  }

  private BlockSnapshot list(BlockSnapshot known) {
    return listing.holding(() -> listed(known));
  }

  private BlockSnapshot listed(BlockSnapshot known) {
    long now = nanoClock.getAsLong();
    if (catalog.current() != known || (listed && now - begunNanos < AT_MOST_EVERY.toNanos())) {
      return catalog.current();
    }
    listed = true;
    begunNanos = now;
    try {
      return catalog.refresh();
    } catch (WeirException.Canceled e) {
      throw e;
    } catch (WeirException e) {
      log.warn("cannot list the blocks, going on with those known: {}", e.getMessage());
      return known;
    }
  }
}
