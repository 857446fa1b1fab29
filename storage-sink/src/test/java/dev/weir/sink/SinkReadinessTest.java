package dev.weir.sink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.blocks.block.BlockCache;
import dev.weir.blocks.catalog.ChainPublisher;
import dev.weir.blocks.node.LocalStorageNode;
import dev.weir.blocks.node.NodeStatus;
import dev.weir.blocks.store.MemoryBlockStore;
import dev.weir.schemas.RecordType;
import dev.weir.schemas.Topics;
import dev.weir.testing.Await;
import dev.weir.testing.HeldClock;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A sink is ready when its heads hold again what the log held when it came.
class SinkReadinessTest {
  private static final Duration DEADLINE = Duration.ofSeconds(10);
  private static final TopicPartition FIRST = SampleLog.PARTITION;
  private static final TopicPartition SECOND = new TopicPartition(Topics.SAMPLES, 4);

  @TempDir private Path directory = Path.of("");

  private final HeldClock clock = HeldClock.at("2026-03-01T12:00:00Z");
  private final SampleLog log = new SampleLog(clock, 0);
  private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
  private final LocalStorageNode node = new LocalStorageNode("sink-1");
  private final MemoryBlockStore store = new MemoryBlockStore();
  private final AtomicInteger changes = new AtomicInteger();
  private SinkWorker worker = worker();

  private SinkWorker worker() {
    SinkMetrics metrics = new SinkMetrics(new PrometheusRegistry());
    ChainPublisher chain =
        new ChainPublisher(store, new BlockCache(0), directory.resolve("work"), clock);
    MockProducer<byte[], byte[]> producer =
        new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
    DeadLetterSender letters =
        new DeadLetterSender(
            Topics.DEAD_LETTERS,
            producer,
            RecordType.DEAD_LETTERS.writer(Topics.DEAD_LETTERS, Optional.empty()));
    return new SinkWorker(
        Owner.SETTINGS,
        consumer,
        new PartitionOpener(
            Owner.SETTINGS, "sink-1", chain, Optional.empty(), letters, metrics, clock),
        new BlockFlusher(chain, metrics),
        node,
        metrics,
        clock,
        changes::incrementAndGet);
  }

  @AfterEach
  void stop() {
    worker.close();
  }

  /// Five records in the first partition, nothing in the second.
  private void fillLog() {
    for (int i = 0; i < 5; i++) {
      log.scrape(1, 2, i);
    }
    consumer.updateBeginningOffsets(Map.of(FIRST, 0L, SECOND, 0L));
    consumer.updateEndOffsets(Map.of(FIRST, 5L, SECOND, 0L));
  }

  private void assign(TopicPartition... partitions) {
    consumer.schedulePollTask(() -> consumer.rebalance(List.of(partitions)));
  }

  private void bring(int from, int to) {
    consumer.schedulePollTask(() -> {
      for (ConsumerRecord<byte[], byte[]> consumed : log.records().subList(from, to)) {
        consumer.addRecord(consumed);
      }
    });
  }

  private void awaitReached(TopicPartition partition, long offset) {
    Await.until(
        () ->
            node.status().partitions().stream()
                .anyMatch(
                    one -> one.partition() == partition.partition() && one.endOffset() == offset),
        DEADLINE,
        () -> "%s to be read to %d: %s".formatted(partition, offset, node.status()));
  }

  @Test
  void aSinkIsReadyWhenItHasReadWhatTheLogHeldWhenItCame() {
    fillLog();
    worker.start();
    assertFalse(worker.isReady(), "it has no partitions yet");
    assign(FIRST, SECOND);
    bring(0, 3);
    awaitReached(FIRST, 3);
    awaitReached(SECOND, 0);
    assertFalse(worker.isReady(), "two records are not read yet");
    NodeStatus.PartitionStatus replaying = node.status().partitions().getFirst();
    assertEquals(NodeStatus.PartitionState.OWNED, replaying.state());
    assertTrue(replaying.readToMillis() <= log.records().get(2).timestamp());
    int before = changes.get();
    // What comes meanwhile is not waited for.
    consumer.updateEndOffsets(Map.of(FIRST, 100L));
    bring(3, 5);
    awaitReached(FIRST, 5);
    Await.until(worker::isReady, DEADLINE, () -> "the sink to be ready");
    assertTrue(changes.get() > before, "it says so at once");
    assertTrue(worker.owns(FIRST));
  }

  @Test
  void partitionsThatComeLaterChangeNothing() {
    fillLog();
    worker.start();
    assign(FIRST);
    bring(0, 5);
    Await.until(worker::isReady, DEADLINE, () -> "the sink to be ready");
    // A partition that comes later is served by who had it before.
    consumer.updateEndOffsets(Map.of(SECOND, 7L));
    assign(FIRST, SECOND);
    awaitReached(SECOND, 0);
    assertTrue(worker.isReady());
    assign(SECOND);
    Await.until(() -> !worker.owns(FIRST), DEADLINE, () -> "the first partition to be given up");
    assertTrue(worker.owns(SECOND));
    worker.close();
    assertFalse(worker.isReady(), "it is stopped");
    assertFalse(worker.owns(SECOND));
  }

  @Test
  void aPartitionWhoseBlocksCannotBeListedIsWaitedFor() {
    fillLog();
    store.unavailable(true);
    worker.start();
    assign(FIRST);
    bring(0, 5);
    Await.until(
        () -> consumer.assignment().contains(FIRST), DEADLINE, () -> "the partition to be there");
    assertFalse(worker.isReady());
    store.unavailable(false);
    Await.until(
        () -> {
          // Attempts are minutes apart at most, as the clock shows.
          clock.advance(Duration.ofMinutes(2));
          return worker.isReady();
        },
        DEADLINE,
        () -> "the sink to be ready");
    awaitReached(FIRST, 5);
  }
}
