package dev.weir.sink;

import dev.weir.blocks.block.BlockCache;
import dev.weir.blocks.block.BlockWriter;
import dev.weir.blocks.catalog.BlockCatalog;
import dev.weir.blocks.catalog.ChainPublisher;
import dev.weir.blocks.compaction.Compactor;
import dev.weir.blocks.compaction.SpentDeletions;
import dev.weir.blocks.compaction.SupersededBlocks;
import dev.weir.blocks.node.LocalStorageNode;
import dev.weir.blocks.node.StorageNode;
import dev.weir.blocks.store.BlockStore;
import dev.weir.model.Tenant;
import dev.weir.model.WeirException;
import dev.weir.schemas.RecordKeys;
import dev.weir.schemas.RecordType;
import dev.weir.schemas.wire.SchemaRegistry;
import dev.weir.service.kafka.KafkaSettings;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A sink with everything it runs: the reading thread, the flusher, housekeeping, and its entry
/// among the members.
final class Sink implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Sink.class);

  /// What the sink keeps of blocks in memory: it reads them to merge them, each part once.
  private static final long BLOCK_CACHE_BYTES = 32 << 20;

  private static final Duration SESSION_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration HEARTBEAT_INTERVAL = Duration.ofSeconds(2);
  private static final Duration PRODUCER_CLOSE_TIMEOUT = Duration.ofSeconds(5);

  /// The reading thread sends dead letters, and must get back to its polls.
  private static final Duration MAX_SEND_BLOCK = Duration.ofSeconds(5);

  private static final int MAX_POLL_RECORDS = 2_000;
  private static final int MAX_PARTITION_FETCH_BYTES = 4 << 20;

  /// Who this sink is.
  ///
  /// @param member tells it apart from other sinks; the same after a restart, so that it takes its
  ///   partitions up at once
  /// @param address base URL where other members reach this process
  /// @param software version of Weir
  record Identity(String member, String address, String software) {}

  private final LocalStorageNode node;
  private final SinkWorker worker;
  private final Membership membership;
  private final Housekeeping housekeeping;

  /// What to close, last opened first.
  private final Deque<AutoCloseable> opened = new ArrayDeque<>();

  /// @param workDirectory where blocks are written before they are published
  Sink(
      SinkSettings settings,
      Identity identity,
      KafkaSettings kafka,
      Optional<SchemaRegistry> registry,
      BlockStore store,
      Path workDirectory,
      PrometheusRegistry metricsRegistry,
      InstantSource clock) {
    SinkMetrics metrics = new SinkMetrics(metricsRegistry, clock);
    BlockCache cache = new BlockCache(BLOCK_CACHE_BYTES);
    ChainPublisher chain =
        new ChainPublisher(
            store,
            cache,
            workDirectory,
            clock,
            BlockWriter.Options.SMALL.withMaxExemplars(settings.exemplarsPerSeries()));
    this.node =
        new LocalStorageNode(identity.member(), chain.deletions()::current, new LeafEvaluation());
    KafkaProducer<byte[], byte[]> producer =
        kafka.producer(
            "weir-sink-" + identity.member(),
            Map.of(ProducerConfig.MAX_BLOCK_MS_CONFIG, MAX_SEND_BLOCK.toMillis()));
    opened.push(() -> producer.close(PRODUCER_CLOSE_TIMEOUT));
    BlockFlusher flusher = new BlockFlusher(chain, metrics);
    opened.push(flusher);
    KafkaConsumer<byte[], byte[]> consumer =
        kafka.consumer("weir-sink-" + identity.member(), consumerProperties(settings, identity));
    DeadLetterSender deadLetters =
        new DeadLetterSender(
            settings.deadLetterTopic(),
            producer,
            RecordType.DEAD_LETTERS.writer(settings.deadLetterTopic(), registry));
    PartitionOpener opener =
        new PartitionOpener(
            settings, identity.member(), chain, registry, deadLetters, metrics, clock);
    this.worker =
        new SinkWorker(
            settings, consumer, opener, flusher, node, metrics, clock, this::announceSoon);
    opened.push(worker);
    this.membership =
        new Membership(
            settings.membersTopic(),
            producer,
            RecordType.MEMBERS.writer(settings.membersTopic(), registry),
            node,
            worker::phase,
            identity.address(),
            identity.software(),
            clock);
    opened.push(membership);
    BlockCatalog catalog = new BlockCatalog(store, cache);
    int partitions = kafka.samplePartitions();
    this.housekeeping =
        new Housekeeping(
            catalog,
            new Retention(store, settings.retention(), clock, metrics),
            new SupersededBlocks(store, settings.housekeeping().deleteDelay(), clock),
            new SpentDeletions(
                store, settings.housekeeping().deleteDelay().plus(settings.keepFlushed()), clock),
            chain.deletions(),
            new TenantCompaction(
                catalog,
                new Compactor(
                    store,
                    workDirectory,
                    BlockWriter.Options.COMPACTED.withMaxExemplars(settings.exemplarsPerSeries()),
                    clock),
                settings.housekeeping().compaction(),
                tenant -> worker.owns(homeOf(tenant, settings.topics().getFirst(), partitions)),
                metrics),
            settings.housekeeping(),
            metrics);
    opened.push(housekeeping);
  }

  private void announceSoon() {
    membership.announceSoon();
  }

  /// The partition whose owner compacts a tenant's blocks of all partitions.
  static TopicPartition homeOf(Tenant tenant, String topic, int partitions) {
    return new TopicPartition(
        topic, RecordKeys.partition(RecordKeys.of(tenant.name()), partitions));
  }

  private static Map<String, Object> consumerProperties(SinkSettings settings, Identity identity) {
    Map<String, Object> properties = new HashMap<>();
    properties.put(ConsumerConfig.GROUP_ID_CONFIG, settings.groupId());
    properties.put(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, identity.member());
    properties.put(
        ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG, TogetherAssignor.class.getName());
    properties.put(
        ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, Math.toIntExact(SESSION_TIMEOUT.toMillis()));
    properties.put(
        ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG,
        Math.toIntExact(HEARTBEAT_INTERVAL.toMillis()));
    properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, MAX_POLL_RECORDS);
    properties.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, MAX_PARTITION_FETCH_BYTES);
    return properties;
  }

  void start() {
    worker.start();
    membership.start();
    housekeeping.start();
  }

  boolean isReady() {
    return worker.isReady();
  }

  /// Completes when the sink has stopped reading by itself and cannot go on.
  CompletionStage<WeirException> failure() {
    return worker.failure();
  }

  /// Completes when everything that the logs hold now is in blocks.
  CompletionStage<Void> flush() {
    return worker.flush();
  }

  /// Looks for deletions now: nothing that they hide is served once this returns.
  void lookForDeletions() {
    housekeeping.lookForDeletions();
  }

  StorageNode node() {
    return node;
  }

  @Override
  public void close() {
    while (!opened.isEmpty()) {
      try {
        opened.pop().close();
      } catch (Exception e) {
        LOG.warn("a part of the sink did not close: {}", e.getMessage(), e);
      }
    }
  }
}
