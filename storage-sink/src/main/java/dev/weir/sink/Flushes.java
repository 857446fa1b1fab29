package dev.weir.sink;

import dev.weir.blocks.catalog.ChainPublisher;
import dev.weir.model.DurationText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Hands the partitions' next links to the flusher and takes note of what became of them. The
/// group's committed offsets are the chains' ends, for people to look at; nobody reads them back.
/// For the worker's thread.
final class Flushes {
  private static final Logger LOG = LoggerFactory.getLogger(Flushes.class);

  private final Consumer<byte[], byte[]> consumer;
  private final BlockFlusher flusher;
  private final HeldPartitions held;
  private final SinkMetrics metrics;

  Flushes(
      Consumer<byte[], byte[]> consumer,
      BlockFlusher flusher,
      HeldPartitions held,
      SinkMetrics metrics) {
    this.consumer = consumer;
    this.flusher = flusher;
    this.held = held;
    this.metrics = metrics;
  }

  /// Takes note of what is published, and begins what is due.
  void run() {
    held.all().forEach(this::finish);
    held.assigned().forEach(this::start);
  }

  private void start(AssignedPartition one) {
    PartitionIngester ingester = one.ingester();
    if (ingester != null && one.flush() == null) {
      PartitionIngester.Link link = ingester.nextLink();
      if (link != null) {
        one.flush(flusher.flush(ingester, link));
      }
    }
  }

  private void finish(AssignedPartition one) {
    CompletableFuture<ChainPublisher.Published> flush = one.flush();
    PartitionIngester ingester = one.ingester();
    if (flush == null || ingester == null || !flush.isDone()) {
      return;
    }
    one.flush(null);
    try {
      switch (flush.join()) {
        case ChainPublisher.Published.Won won -> ingester.published(won.endOffset());
        case ChainPublisher.Published.Lost lost -> ingester.published(lost.endOffset());
      }
      one.succeeded();
      commit(one, ingester);
    } catch (CompletionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      Duration wait = one.failed();
      ingester.failed(wait);
      metrics.of(one.partition().topic()).flushFailed();
      LOG.warn(
          "{}: rows from offset {} on cannot be put into a block, trying again in {}: {}",
          one.partition(),
          ingester.chainEnd(),
          DurationText.format(wait.toMillis()),
          cause.getMessage(),
          LogCause.of(cause));
    }
  }

  private void commit(AssignedPartition one, PartitionIngester ingester) {
    if (held.isAssigned(one)) {
      consumer.commitAsync(
          Map.of(one.partition(), new OffsetAndMetadata(ingester.chainEnd())),
          (offsets, e) -> {
            if (e != null) {
              LOG.debug("the hint {} was not committed", offsets, e);
            }
          });
    }
  }

  /// Asks for links of everything that is in none.
  void askForAll() {
    for (AssignedPartition one : held.assigned()) {
      if (one.ingester() != null) {
        one.ingester().askForFlush();
      }
    }
  }

  /// Puts what was read into blocks, as far as time allows; what is left is read again.
  void finishWithin(Duration timeout) {
    long deadline = System.nanoTime() + timeout.toNanos();
    askForAll();
    while (System.nanoTime() < deadline) {
      run();
      List<CompletableFuture<ChainPublisher.Published>> underWay = new ArrayList<>();
      for (AssignedPartition one : held.all()) {
        if (one.flush() != null) {
          underWay.add(one.flush());
        }
      }
      if (underWay.isEmpty()) {
        return;
      }
      CompletableFuture.anyOf(underWay.toArray(CompletableFuture[]::new))
          .exceptionally(e -> e)
          .completeOnTimeout(deadline, deadline - System.nanoTime(), TimeUnit.NANOSECONDS)
          .join();
    }
    LOG.info("stopping with rows that are in no block; they will be read from Kafka again");
  }
}
