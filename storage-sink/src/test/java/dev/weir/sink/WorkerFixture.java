package dev.weir.sink;

import dev.weir.blocks.block.BlockCache;
import dev.weir.blocks.catalog.ChainPublisher;
import dev.weir.blocks.node.LocalStorageNode;
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
import org.junit.jupiter.api.io.TempDir;

/// The thread of a sink with a consumer, a producer and a store that the test holds.
abstract class WorkerFixture {
  static final Duration DEADLINE = Duration.ofSeconds(10);
  static final TopicPartition FIRST = SampleLog.PARTITION;
  static final TopicPartition SECOND = new TopicPartition(Topics.SAMPLES, 4);

  @TempDir Path directory = Path.of("");

  final HeldClock clock = HeldClock.at("2026-03-01T12:00:00Z");
  final SampleLog log = new SampleLog(clock, 0);
  final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
  final LocalStorageNode node = new LocalStorageNode("sink-1");
  final MemoryBlockStore store = new MemoryBlockStore();
  final MockProducer<byte[], byte[]> producer =
      new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
  PrometheusRegistry registry = new PrometheusRegistry();
  final AtomicInteger changes = new AtomicInteger();
  SinkWorker worker = worker(Owner.SETTINGS);

  final SinkWorker worker(SinkSettings settings) {
    registry = new PrometheusRegistry();
    SinkMetrics metrics = new SinkMetrics(registry, clock);
    ChainPublisher chain =
        new ChainPublisher(store, new BlockCache(0), directory.resolve("work"), clock);
    DeadLetterSender letters =
        new DeadLetterSender(
            Topics.DEAD_LETTERS,
            producer,
            RecordType.DEAD_LETTERS.writer(Topics.DEAD_LETTERS, Optional.empty()));
    return new SinkWorker(
        settings,
        consumer,
        new PartitionOpener(settings, "sink-1", chain, Optional.empty(), letters, metrics, clock),
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
  void fillLog() {
    for (int i = 0; i < 5; i++) {
      log.scrape(1, 2, i);
    }
    consumer.updateBeginningOffsets(Map.of(FIRST, 0L, SECOND, 0L));
    consumer.updateEndOffsets(Map.of(FIRST, 5L, SECOND, 0L));
  }

  /// Kafka has what the log of the first partition holds now.
  void serveLog() {
    consumer.updateBeginningOffsets(Map.of(FIRST, 0L));
    consumer.updateEndOffsets(Map.of(FIRST, log.endOffset()));
  }

  void assign(TopicPartition... partitions) {
    consumer.schedulePollTask(() -> consumer.rebalance(List.of(partitions)));
  }

  void bring(int from, int to) {
    consumer.schedulePollTask(() -> {
      for (ConsumerRecord<byte[], byte[]> consumed : log.records().subList(from, to)) {
        consumer.addRecord(consumed);
      }
    });
  }

  void awaitReached(TopicPartition partition, long offset) {
    Await.until(
        () ->
            node.status().partitions().stream()
                .anyMatch(
                    one -> one.partition() == partition.partition() && one.endOffset() == offset),
        DEADLINE,
        () -> "%s to be read to %d: %s".formatted(partition, offset, node.status()));
  }

  /// Attempts that failed are made again, minutes apart at most, as the clock shows.
  void awaitReadyAsTimePasses() {
    Await.until(
        () -> {
          clock.advance(Duration.ofMinutes(2));
          return worker.isReady();
        },
        DEADLINE,
        () -> "the sink to be ready");
  }
}
