package dev.weir.sink;

import java.util.Comparator;
import org.apache.kafka.clients.consumer.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps the heads within what they may take: first go rows that are in blocks, then reading waits
/// for new blocks. For the worker's thread.
///
/// A record that waits for its layout holds the blocks of its partition back, and its layout cannot
/// come while nothing is read. So when no rows can go into a block any more, such records are given
/// up, the older half first, in the partition whose rows take most.
final class MemoryBound {
  private static final Logger LOG = LoggerFactory.getLogger(MemoryBound.class);

  /// Reading goes on when the heads are down to this part of what they may take.
  private static final double RESUME_AT = 0.9;

  private final Consumer<byte[], byte[]> consumer;
  private final HeldPartitions held;
  private final Flushes flushes;
  private final long maxBytes;
  private boolean full;

  MemoryBound(
      Consumer<byte[], byte[]> consumer, HeldPartitions held, Flushes flushes, long maxBytes) {
    this.consumer = consumer;
    this.held = held;
    this.flushes = flushes;
    this.maxBytes = maxBytes;
  }

  /// Whether nothing may be read.
  boolean isFull() {
    return full;
  }

  /// Makes room if the heads take too much.
  void keep() {
    if (headBytes() > maxBytes) {
      for (AssignedPartition one : held.all()) {
        PartitionIngester ingester = one.ingester();
        if (ingester != null) {
          ingester.head().dropOldestFlushed();
        }
      }
    }
    long bytes = headBytes();
    if (bytes > maxBytes) {
      held.retireAll();
      flushes.askForAll();
      if (!full) {
        LOG.warn(
            "rows in memory take {} bytes of at most {}; reading waits until they are in blocks",
            bytes,
            maxBytes);
      } else {
        giveUpParked();
      }
      full = true;
      consumer.pause(consumer.assignment());
    } else if (full && bytes <= RESUME_AT * maxBytes) {
      LOG.info("rows in memory take {} bytes; reading goes on", bytes);
      full = false;
    }
  }

  private void giveUpParked() {
    if (held.assigned().stream().anyMatch(MemoryBound::canFlush)) {
      return;
    }
    held.assigned().stream()
        .filter(one -> one.ingester() != null && one.ingester().reader().parkedRecords() > 0)
        .max(Comparator.comparingLong(MemoryBound::headBytes))
        .map(AssignedPartition::ingester)
        .filter(PartitionIngester::giveUpOlderParked)
        .ifPresent(ingester ->
            LOG.warn(
                "{}: records that wait for their layout are given up, because they keep all rows in"
                    + " memory, which is full",
                ingester.partition()));
  }

  private static boolean canFlush(AssignedPartition one) {
    return one.ingester() != null && one.ingester().hasUnflushed();
  }

  private static long headBytes(AssignedPartition one) {
    return one.ingester() == null ? 0 : one.ingester().head().bytes();
  }

  private long headBytes() {
    return held.all().stream().mapToLong(MemoryBound::headBytes).sum();
  }
}
