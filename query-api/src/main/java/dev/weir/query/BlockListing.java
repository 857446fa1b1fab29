package dev.weir.query;

import static java.util.Objects.requireNonNull;

import dev.weir.blocks.catalog.BlockCatalog;
import dev.weir.model.WeirException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Lists the store of blocks again and again. A store that does not answer ends nothing: what is
/// known stays, and while nothing is known it is asked sooner.
final class BlockListing implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(BlockListing.class);

  private final BlockCatalog catalog;
  private final QueryMetrics metrics;
  private final Duration every;
  private final Duration untilListed;
  private final ScheduledExecutorService lister =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("query-blocks").daemon().factory());
  private volatile boolean closed;

  /// @param untilListed how soon the store is asked again that has never answered
  BlockListing(BlockCatalog catalog, QueryMetrics metrics, Duration every, Duration untilListed) {
    this.catalog = requireNonNull(catalog, "catalog");
    this.metrics = requireNonNull(metrics, "metrics");
    this.every = requireNonNull(every, "every");
    this.untilListed = requireNonNull(untilListed, "untilListed");
  }

  /// Lists the store once, and goes on in a thread of its own.
  void start() {
    list();
    // Processes that were started together do not list the store together for ever.
    listAfter(ThreadLocalRandom.current().nextLong(every.toMillis()) + 1);
  }

  private void listAfter(long millis) {
    long soon = catalog.hasListed() ? millis : Math.min(millis, untilListed.toMillis());
    try {
      var _ = lister.schedule(this::listAgain, soon, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      log.debug("the blocks are not listed any more", e);
    }
  }

  private void listAgain() {
    try {
      list();
    } finally {
      listAfter(every.toMillis());
    }
  }

  private void list() {
    try {
      catalog.refresh();
      metrics.listed();
    } catch (WeirException e) {
      if (!closed) {
        metrics.listingFailed();
        log.warn("cannot list the blocks, going on with those known: {}", e.getMessage());
      }
    }
  }

  @Override
  public void close() {
    closed = true;
    lister.shutdownNow();
  }
}
