package dev.weir.sink;

import dev.weir.blocks.catalog.ChainPublisher;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Writes and publishes links, one at a time, beside the thread that reads: what is frozen is read
/// while its head goes on.
final class BlockFlusher implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(BlockFlusher.class);

  private static final long STOP_SECONDS = 10;

  private final ChainPublisher chain;
  private final SinkMetrics metrics;
  private final ExecutorService executor =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().name("sink-flush").factory());

  BlockFlusher(ChainPublisher chain, SinkMetrics metrics) {
    this.chain = chain;
    this.metrics = metrics;
  }

  /// Publishes a partition's next link.
  CompletableFuture<ChainPublisher.Published> flush(
      PartitionIngester ingester, PartitionIngester.Link link) {
    return CompletableFuture.supplyAsync(() -> publish(ingester, link), executor);
  }

  private ChainPublisher.Published publish(
      PartitionIngester ingester, PartitionIngester.Link link) {
    long start = System.nanoTime();
    ingester.letters().awaitBelow(link.rows().endOffset());
    ChainPublisher.Published published =
        chain.append(
            ingester.partition().topic(),
            ingester.partition().partition(),
            link.rows(),
            link.layouts());
    double seconds = (System.nanoTime() - start) / 1e9;
    metrics.of(ingester.partition().topic()).published(published, seconds);
    switch (published) {
      case ChainPublisher.Published.Won won ->
          LOG.info(
              "{}: offsets {} to {} are in a block: {} samples, {} bytes, {} s",
              ingester.partition(),
              link.rows().firstOffset(),
              won.endOffset(),
              won.meta().samples(),
              won.sizeBytes(),
              "%.3f".formatted(seconds));
      case ChainPublisher.Published.Lost lost ->
          LOG.info(
              "{}: another owner published from offset {} on; going on from {}",
              ingester.partition(),
              link.rows().firstOffset(),
              lost.endOffset());
    }
    return published;
  }

  /// Waits for the link in work.
  @Override
  public void close() {
    executor.shutdown();
    try {
      if (!executor.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS)) {
        LOG.warn("a block is still being written after {} s; it is given up", STOP_SECONDS);
        executor.shutdownNow();
      }
    } catch (InterruptedException e) {
      executor.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}
