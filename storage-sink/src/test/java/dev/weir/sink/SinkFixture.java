package dev.weir.sink;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weir.blocks.block.BlockCache;
import dev.weir.blocks.block.BlockSeriesSource;
import dev.weir.blocks.catalog.BlockCatalog;
import dev.weir.blocks.catalog.BlockChain;
import dev.weir.blocks.catalog.BlockSnapshot;
import dev.weir.blocks.merge.MergedSeriesSource;
import dev.weir.blocks.node.NodeStatus;
import dev.weir.blocks.node.PartitionOffset;
import dev.weir.blocks.store.BlockStore;
import dev.weir.blocks.store.LocalBlockStore;
import dev.weir.model.Labels;
import dev.weir.model.Layout;
import dev.weir.model.Tenant;
import dev.weir.model.WeirException;
import dev.weir.model.source.SeriesSource;
import dev.weir.schemas.SampleRecord;
import dev.weir.schemas.Topics.Deployment;
import dev.weir.schemas.publish.LayoutPublisher;
import dev.weir.schemas.read.SampleReader;
import dev.weir.service.kafka.KafkaSettings;
import dev.weir.testing.Await;
import dev.weir.testing.GroupRow;
import dev.weir.testing.MemorySeriesSource;
import dev.weir.testing.broker.BrokerClients;
import dev.weir.testing.broker.SharedBroker;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/// Whole sinks against a broker, with what was produced to compare with. Each test has topics of
/// its own, of two partitions.
abstract class SinkFixture {
  static final Duration DEADLINE = Duration.ofSeconds(30);
  static final Tenant TENANT = Tenant.DEFAULT;

  @TempDir Path directory = Path.of("");

  final BrokerClients clients = SharedBroker.clients();
  final LayoutPublisher publisher = new LayoutPublisher(InstantSource.system());
  final List<GroupRow> produced = new ArrayList<>();
  final List<Sink> sinks = new ArrayList<>();

  String topic = "";
  String deadLetters = "";
  String members = "";
  KafkaProducer<byte[], byte[]> producer = clients.producer(Map.of());
  long lastTimestamp = System.currentTimeMillis();

  @BeforeEach
  void makeTopics() {
    Map<String, String> appendTime = Map.of("message.timestamp.type", "LogAppendTime");
    topic = clients.createTopic("weir.samples", 2, appendTime);
    deadLetters = clients.createTopic("weir.dead-letters", 1, appendTime);
    members = clients.createTopic("weir.members", 1, Map.of("cleanup.policy", "compact"));
  }

  @AfterEach
  void stop() {
    sinks.forEach(Sink::close);
    clients.close();
  }

  SinkSettings settings(Duration flushInterval, Duration stopTimeout, boolean acceptHole) {
    return settings(
        flushInterval, stopTimeout, acceptHole, 1 << 28, SinkSettings.HousekeepingSettings.DEFAULT);
  }

  SinkSettings settings(
      Duration flushInterval,
      Duration stopTimeout,
      boolean acceptHole,
      long maxHeadBytes,
      SinkSettings.HousekeepingSettings housekeeping) {
    return new SinkSettings(
        List.of(topic),
        deadLetters,
        members,
        BrokerClients.unique("weir-sink"),
        flushInterval,
        Math.min(64 << 20, maxHeadBytes),
        Duration.ofMinutes(15),
        maxHeadBytes,
        Duration.ofMinutes(15),
        stopTimeout,
        acceptHole,
        Duration.ofMinutes(11),
        SampleReader.Settings.DEFAULT,
        16 << 20,
        SinkSettings.RetentionSettings.of(Duration.ofDays(15)),
        housekeeping,
        600);
  }

  static final Duration NEVER = Duration.ofDays(1);
  static final Duration AT_ONCE = Duration.ofMillis(100);
  static final Duration NO_TIME = Duration.ZERO;
  static final Duration SOME_TIME = Duration.ofSeconds(20);

  Sink start(String member, SinkSettings settings) {
    Sink sink = startWithoutWaiting(member, settings, store(), new PrometheusRegistry());
    Await.until(sink::isReady, DEADLINE, () -> "the sink to be ready");
    return sink;
  }

  Sink startWithoutWaiting(
      String member, SinkSettings settings, BlockStore store, PrometheusRegistry metrics) {
    KafkaSettings kafka =
        new KafkaSettings(
            List.of(SharedBroker.bootstrapServers()),
            Deployment.EMBEDDED,
            2,
            (short) 1,
            Duration.ofHours(6),
            false,
            Map.of());
    Sink sink =
        new Sink(
            settings,
            new Sink.Identity(member, "http://localhost:9090", "test"),
            kafka,
            Optional.empty(),
            store,
            directory.resolve("work-" + member),
            metrics,
            InstantSource.system());
    sink.start();
    sinks.add(sink);
    return sink;
  }

  BlockStore store() {
    return new LocalBlockStore(directory.resolve("blocks"));
  }

  void scrape(int instance, int size, double value) {
    lastTimestamp += 1;
    Layout layout = SampleLog.layout(TENANT, instance, size);
    var row = SampleLog.row(layout, lastTimestamp, value);
    LayoutPublisher.Publication publication =
        publisher.prepare(
            SampleLog.group(TENANT, instance),
            layout,
            List.of(row),
            SampleRecord.NO_EPOCH,
            OptionalLong.empty());
    send(instance % 2, SampleLog.WRITER.write(publication.sampleRecord()));
    publication.acknowledged();
    produced.add(new GroupRow(SampleLog.group(TENANT, instance), layout, row));
  }

  void send(int partition, byte[] value) {
    BrokerClients.get(producer.send(new ProducerRecord<>(topic, partition, null, value)));
  }

  BlockSnapshot listed() {
    return new BlockCatalog(store(), new BlockCache(1 << 20)).refresh();
  }

  List<PartitionOffset> chainEnds() {
    return chainEnds(listed());
  }

  private List<PartitionOffset> chainEnds(BlockSnapshot blocks) {
    List<PartitionOffset> ends = new ArrayList<>();
    for (int partition = 0; partition < 2; partition++) {
      BlockChain chain = blocks.chain(topic, partition);
      assertEquals(List.of(), chain.problems());
      ends.add(new PartitionOffset(topic, partition, chain.endOffset().orElse(0)));
    }
    return ends;
  }

  /// What a query sees: the blocks that count, and the node's rows from where they end.
  Map<Labels, Map<Long, Double>> stored(Sink sink) {
    BlockSnapshot blocks = listed();
    List<SeriesSource> sources = new ArrayList<>();
    blocks.blocks(TENANT).forEach(block -> sources.add(new BlockSeriesSource(block)));
    sources.add(sink.node().from(chainEnds(blocks)));
    return Blocks.samples(new MergedSeriesSource(sources, Runnable::run), TENANT);
  }

  void awaitAllProduced(Sink sink) {
    Map<Labels, Map<Long, Double>> expected =
        Blocks.samples(MemorySeriesSource.of(produced), TENANT);
    Await.untilPasses(
        () -> {
          try {
            assertEquals(expected, stored(sink));
          } catch (WeirException.Unavailable e) {
            throw new AssertionError("not yet", e);
          }
        },
        DEADLINE);
  }

  List<NodeStatus.PartitionStatus> status(Sink sink) {
    return sink.node().status().partitions();
  }

  /// The sum of a counter over its labels.
  static double count(PrometheusRegistry metrics, String name) {
    return metrics.scrape(name::equals).stream()
        .map(CounterSnapshot.class::cast)
        .flatMap(counter -> counter.getDataPoints().stream())
        .mapToDouble(CounterSnapshot.CounterDataPointSnapshot::getValue)
        .sum();
  }
}
