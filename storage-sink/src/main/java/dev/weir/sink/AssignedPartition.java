package dev.weir.sink;

import dev.weir.blocks.catalog.ChainPublisher;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/// A partition that the worker has, or had and still serves: its ingester once it is open, and what
/// is under way. For the worker's thread.
final class AssignedPartition {
  private static final Duration FIRST_RETRY = Duration.ofSeconds(1);
  private static final int MAX_DOUBLINGS = 6;

  private final TopicPartition partition;
  private @Nullable PartitionIngester ingester;
  private @Nullable CompletableFuture<ChainPublisher.Published> flush;
  private int failures;
  private long heldUntilMillis = Long.MIN_VALUE;
  private long logStart;
  private long replayEnd;
  private long logEnd;
  private long leftAtMillis = Long.MAX_VALUE;
  private long staleEpochRows;

  AssignedPartition(TopicPartition partition) {
    this.partition = partition;
  }

  TopicPartition partition() {
    return partition;
  }

  /// Null until the partition is open.
  @Nullable PartitionIngester ingester() {
    return ingester;
  }

  /// @param start where the log begins
  /// @param end where it ends now: what is before it is replayed
  void open(PartitionIngester opened, long start, long end) {
    ingester = opened;
    failures = 0;
    logStart = start;
    logEnd = end;
    replayEnd = end;
  }

  /// Whether all is served that the log held when the partition was opened. One that cannot be read
  /// on counts as replayed: there is nothing to wait for, and its status says what is wrong.
  boolean isReplayed() {
    return ingester != null
        && (ingester.head().endOffset() >= replayEnd || !ingester.trouble().isEmpty());
  }

  /// Whether records of the partition are read.
  boolean isReading() {
    return ingester != null && ingester.trouble().isEmpty() && leftAtMillis == Long.MAX_VALUE;
  }

  @Nullable CompletableFuture<ChainPublisher.Published> flush() {
    return flush;
  }

  void flush(@Nullable CompletableFuture<ChainPublisher.Published> underWay) {
    flush = underWay;
  }

  void succeeded() {
    failures = 0;
  }

  /// Counts a failure and returns how long to wait before the next attempt.
  Duration failed() {
    Duration wait = FIRST_RETRY.multipliedBy(1L << Math.min(failures, MAX_DOUBLINGS));
    failures++;
    return wait;
  }

  /// Whether the last attempt failed.
  boolean hasFailed() {
    return failures > 0;
  }

  /// Nothing is done with the partition before a time.
  void holdUntil(long millis) {
    heldUntilMillis = millis;
  }

  boolean isHeld(long nowMillis) {
    return nowMillis < heldUntilMillis;
  }

  void logEnd(long end) {
    logEnd = end;
  }

  void logStart(long start) {
    logStart = start;
  }

  long logStart() {
    return logStart;
  }

  long logEnd() {
    return logEnd;
  }

  /// Another owner has the partition.
  void leave(long nowMillis) {
    leftAtMillis = nowMillis;
    if (ingester != null) {
      ingester.leave();
    }
  }

  long leftAtMillis() {
    return leftAtMillis;
  }

  /// Rows of replaced owners since the last call.
  long newStaleEpochRows() {
    long total = ingester == null ? 0 : ingester.reader().staleEpochRows();
    long since = total - staleEpochRows;
    staleEpochRows = total;
    return since;
  }
}
