package dev.weir.sink;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;

/// Writes into blocks, at somebody's wish, what the logs hold at this moment. For the worker's
/// thread, apart from [#ask].
final class FlushRequests {
  /// How many may wait; more fail at once.
  private static final int MAX_WAITING = 16;

  private final Consumer<byte[], byte[]> consumer;
  private final HeldPartitions held;
  private final Queue<Asked> waiting = new ConcurrentLinkedQueue<>();

  /// A wish, and the ends of the logs once they are known.
  private static final class Asked {
    private final CompletableFuture<Void> done = new CompletableFuture<>();
    private Map<TopicPartition, Long> ends = Map.of();
    private boolean begun;
  }

  FlushRequests(Consumer<byte[], byte[]> consumer, HeldPartitions held) {
    this.consumer = consumer;
    this.held = held;
  }

  /// Completes when everything that the logs of this sink's partitions hold now is in blocks. May
  /// be called by any thread.
  CompletionStage<Void> ask() {
    Asked asked = new Asked();
    if (waiting.size() >= MAX_WAITING) {
      asked.done.completeExceptionally(
          new IllegalStateException(MAX_WAITING + " others wait for blocks to be written"));
    } else {
      waiting.add(asked);
    }
    return asked.done;
  }

  /// Has blocks written that are wished for, and notes which are.
  void run() {
    waiting.removeIf(asked -> asked.done.isDone());
    for (Asked asked : waiting) {
      if (!asked.begun) {
        asked.ends = new HashMap<>(consumer.endOffsets(partitions()));
        asked.begun = true;
      }
      List<TopicPartition> written = new ArrayList<>();
      asked.ends.forEach((partition, end) -> {
        if (isWritten(partition, end)) {
          written.add(partition);
        }
      });
      written.forEach(asked.ends::remove);
      if (asked.ends.isEmpty()) {
        asked.done.complete(null);
      }
    }
  }

  private List<TopicPartition> partitions() {
    return held.assigned().stream().map(AssignedPartition::partition).toList();
  }

  private boolean isWritten(TopicPartition partition, long end) {
    AssignedPartition one = held.get(partition);
    if (one == null) {
      // Its new owner goes on with it.
      return true;
    }
    PartitionIngester ingester = one.ingester();
    if (ingester == null) {
      return false;
    }
    if (ingester.chainEnd() >= end || !one.isReading()) {
      return true;
    }
    ingester.askForFlush();
    return ingester.head().endOffset() >= end && !ingester.hasUnflushed();
  }
}
