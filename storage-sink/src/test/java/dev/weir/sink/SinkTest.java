package dev.weir.sink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.blocks.block.BlockCache;
import dev.weir.blocks.block.BlockReader;
import dev.weir.blocks.block.BlockSeriesSource;
import dev.weir.blocks.head.AcceptedTimes;
import dev.weir.blocks.merge.MergedSeriesSource;
import dev.weir.blocks.node.NodeStatus;
import dev.weir.blocks.node.NodeStatus.PartitionState;
import dev.weir.blocks.node.PartitionOffset;
import dev.weir.blocks.store.LocalBlockStore;
import dev.weir.model.Labels;
import dev.weir.model.Layout;
import dev.weir.model.Tenant;
import dev.weir.model.WeirException;
import dev.weir.model.source.SeriesSource;
import dev.weir.schemas.DeadLetter;
import dev.weir.schemas.MemberState;
import dev.weir.schemas.RecordType;
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
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Whole sinks against a broker.
class SinkTest {
  private static final Duration DEADLINE = Duration.ofSeconds(30);
  private static final Tenant TENANT = Tenant.DEFAULT;

  @TempDir private Path directory = Path.of("");

  private final BrokerClients clients = SharedBroker.clients();
  private final LayoutPublisher publisher = new LayoutPublisher(InstantSource.system());
  private final List<GroupRow> produced = new ArrayList<>();
  private final List<Sink> sinks = new ArrayList<>();

  private String topic = "";
  private String deadLetters = "";
  private String members = "";
  private KafkaProducer<byte[], byte[]> producer = clients.producer(Map.of());
  private long lastTimestamp = System.currentTimeMillis();

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

  private SinkSettings settings(Duration flushInterval, Duration stopTimeout, boolean acceptHole) {
    return new SinkSettings(
        List.of(topic),
        deadLetters,
        members,
        BrokerClients.unique("weir-sink"),
        new AcceptedTimes(Duration.ofDays(15), AcceptedTimes.DEFAULT_FUTURE),
        flushInterval,
        64 << 20,
        Duration.ofMinutes(15),
        1 << 28,
        Duration.ofMinutes(15),
        stopTimeout,
        acceptHole,
        Duration.ofMinutes(11),
        SampleReader.Settings.DEFAULT);
  }

  private static final Duration NEVER = Duration.ofDays(1);
  private static final Duration AT_ONCE = Duration.ofMillis(100);
  private static final Duration NO_TIME = Duration.ZERO;
  private static final Duration SOME_TIME = Duration.ofSeconds(20);

  private Sink start(String member, SinkSettings settings) {
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
            store(),
            new BlockCache(1 << 20),
            directory.resolve("work-" + member),
            new PrometheusRegistry(),
            InstantSource.system());
    sink.start();
    sinks.add(sink);
    Await.until(sink::isReady, DEADLINE, () -> "the sink to be ready");
    return sink;
  }

  private LocalBlockStore store() {
    return new LocalBlockStore(directory.resolve("blocks"));
  }

  private void scrape(int instance, int size, double value) {
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

  private void send(int partition, byte[] value) {
    BrokerClients.get(producer.send(new ProducerRecord<>(topic, partition, null, value)));
  }

  private List<PartitionOffset> chainEnds() {
    List<PartitionOffset> ends = new ArrayList<>();
    for (int partition = 0; partition < 2; partition++) {
      List<BlockReader> links = Blocks.chain(store(), new TopicPartition(topic, partition));
      ends.add(
          new PartitionOffset(
              topic,
              partition,
              links.isEmpty() ? 0 : links.getLast().meta().covers().getFirst().endOffset()));
    }
    return ends;
  }

  /// What a query sees: the blocks, and the node's rows from where they end.
  private Map<Labels, Map<Long, Double>> stored(Sink sink) {
    List<SeriesSource> sources = new ArrayList<>();
    List<PartitionOffset> ends = chainEnds();
    for (int partition = 0; partition < 2; partition++) {
      long end = ends.get(partition).offset();
      for (BlockReader link : Blocks.chain(store(), new TopicPartition(topic, partition))) {
        if (link.meta().covers().getFirst().endOffset() <= end) {
          sources.add(new BlockSeriesSource(link));
        }
      }
    }
    sources.add(sink.node().from(ends));
    return Blocks.samples(new MergedSeriesSource(sources, Runnable::run), TENANT);
  }

  private void awaitAllProduced(Sink sink) {
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

  private List<NodeStatus.PartitionStatus> status(Sink sink) {
    return sink.node().status().partitions();
  }

  @Test
  void whatIsProducedIsServedAtOnce() {
    Sink sink = start("sink-1", settings(NEVER, NO_TIME, false));
    scrape(1, 3, 1);
    awaitAllProduced(sink);
    for (int i = 0; i < 20; i++) {
      scrape(i % 4, 3 + i % 3, i);
    }
    awaitAllProduced(sink);
    assertEquals(List.of(0L, 0L), chainEnds().stream().map(PartitionOffset::offset).toList());
    Await.until(
        () -> status(sink).getFirst().readToMillis() >= System.currentTimeMillis() - 1_000,
        DEADLINE,
        () -> "an idle partition to be read to now: " + status(sink));
  }

  @Test
  void aSinkThatIsKilledGoesOnWhereItsBlocksEnd() {
    SinkSettings flushing = settings(AT_ONCE, NO_TIME, false);
    Sink first = start("sink-1", flushing);
    for (int i = 0; i < 30; i++) {
      scrape(i % 4, 3, i);
    }
    Await.until(
        () -> chainEnds().stream().allMatch(end -> end.offset() > 0),
        DEADLINE,
        () -> "blocks of both partitions");
    for (int i = 0; i < 30; i++) {
      scrape(i % 4, 3 + i % 2, i);
    }
    awaitAllProduced(first);
    // Stops without writing what is in memory, as SIGKILL does.
    first.close();
    for (int i = 0; i < 10; i++) {
      scrape(i % 4, 3, i);
    }
    Sink second = start("sink-1", settings(NEVER, NO_TIME, false));
    awaitAllProduced(second);
    second.close();
    awaitAllProduced(start("sink-2", settings(NEVER, NO_TIME, false)));
  }

  @Test
  void aStopInOrderWritesWhatIsInMemory() {
    Sink first = start("sink-1", settings(NEVER, SOME_TIME, false));
    for (int i = 0; i < 10; i++) {
      scrape(i, 3, i);
    }
    awaitAllProduced(first);
    first.close();
    assertEquals(List.of(5L, 5L), chainEnds().stream().map(PartitionOffset::offset).toList());
  }

  @Test
  void twoOwnersOfOnePartitionMakeOneChain() {
    // Each in a group of its own, so both own everything: a zombie that never learns of it.
    Sink one = start("sink-1", settings(Duration.ofMillis(30), NO_TIME, false));
    Sink other = start("sink-2", settings(Duration.ofMillis(30), NO_TIME, false));
    for (int i = 0; i < 400; i++) {
      scrape(i % 4, 3 + (i / 100) % 2, i);
    }
    awaitAllProduced(one);
    awaitAllProduced(other);
    Await.until(
        () -> chainEnds().stream().mapToLong(PartitionOffset::offset).sum() == 400,
        DEADLINE,
        () -> "all records in blocks: " + chainEnds());
    awaitAllProduced(one);
    awaitAllProduced(other);
    assertTrue(Blocks.chain(store(), new TopicPartition(topic, 0)).size() > 1);
  }

  @Test
  void poisonGoesToTheDeadLettersAndReadingGoesOn() {
    Sink sink = start("sink-1", settings(AT_ONCE, NO_TIME, false));
    scrape(0, 3, 1);
    send(0, "not a record".getBytes(StandardCharsets.UTF_8));
    scrape(0, 3, 2);
    awaitAllProduced(sink);
    Await.until(
        () -> chainEnds().getFirst().offset() == 3,
        DEADLINE,
        () -> "a block over the poison: " + chainEnds());
    var letters = clients.readAll(deadLetters, "read_committed");
    DeadLetter letter =
        RecordType.DEAD_LETTERS.reader(Optional.empty()).read(letters.getFirst().value());
    assertEquals(1, letter.offset());
    assertEquals(topic, letter.topic());
    assertEquals("sink-1", letter.member());
    assertEquals("not a record", new String(letter.value(), StandardCharsets.UTF_8));
  }

  @Test
  void aPartitionBehindRetentionStopsUntilTheHoleIsAccepted() {
    Sink first = start("sink-1", settings(NEVER, SOME_TIME, false));
    scrape(0, 3, 1);
    scrape(1, 3, 1);
    awaitAllProduced(first);
    first.close();
    for (int i = 0; i < 5; i++) {
      scrape(0, 3, i);
    }
    BrokerClients.get(
        clients
            .admin()
            .deleteRecords(Map.of(new TopicPartition(topic, 0), RecordsToDelete.beforeOffset(4)))
            .all());
    Sink second = start("sink-1", settings(NEVER, NO_TIME, false));
    NodeStatus.PartitionStatus stopped = status(second).getFirst();
    assertEquals(PartitionState.STOPPED, stopped.state());
    assertEquals(
        topic
            + "-0 begins at offset 4, but its blocks end at 1: the 3 records in between are gone"
            + " from Kafka; set storage.accept_hole to true to go on without them",
        stopped.trouble());
    assertEquals(PartitionState.OWNED, status(second).getLast().state());
    second.close();
    // The records that are gone; the layouts of what remains were in them, so it waits for one.
    Sink third = start("sink-1", settings(NEVER, NO_TIME, true));
    Await.until(
        () -> status(third).getFirst().endOffset() == 6,
        DEADLINE,
        () -> "the log to be read on: " + status(third));
    assertEquals("", status(third).getFirst().trouble());
    assertEquals(4, chainEnds().getFirst().offset());
  }

  @Test
  void aMemberSaysWhereItIsAndHowFarItHasCome() {
    Sink sink = start("sink-1", settings(NEVER, SOME_TIME, false));
    scrape(0, 3, 1);
    Await.until(
        () ->
            memberStates().stream()
                .anyMatch(state ->
                    state.phase() == MemberState.Phase.SERVING
                        && state.address().equals("http://localhost:9090")
                        && state.partitions().stream()
                            .anyMatch(p -> p.owned() && p.partition() == 0 && p.reached() == 1)),
        DEADLINE,
        () -> "the member's state: " + memberStates());
    sink.close();
    var last = clients.readAll(members, "read_committed").getLast();
    assertEquals("[\"SINK\",\"sink-1\"]", new String(last.key(), StandardCharsets.UTF_8));
    assertEquals(null, last.value());
  }

  private List<MemberState> memberStates() {
    return clients.readAll(members, "read_committed").stream()
        .filter(consumed -> consumed.value() != null)
        .map(consumed -> RecordType.MEMBERS.reader(Optional.empty()).read(consumed.value()))
        .toList();
  }

  @Test
  void aPartitionThatGoesToAnotherSinkIsServedByBothMeanwhile() {
    SinkSettings shared = settings(NEVER, NO_TIME, false);
    Sink first = start("sink-1", shared);
    for (int i = 0; i < 4; i++) {
      scrape(i, 3, i);
    }
    awaitAllProduced(first);
    Sink second = start("sink-2", shared);
    Await.until(
        () -> status(second).size() == 1 && status(first).size() == 2,
        DEADLINE,
        () -> "one partition to move: " + status(first) + status(second));
    int moved = status(second).getFirst().partition();
    Await.until(
        () ->
            status(first).get(moved).state() == PartitionState.LEAVING
                && status(second).getFirst().endOffset() == 2,
        DEADLINE,
        () -> "the successor to catch up: " + status(first) + status(second));
    PartitionOffset from = new PartitionOffset(topic, moved, 0);
    assertEquals(
        Blocks.samples(first.node().from(List.of(from)), TENANT),
        Blocks.samples(second.node().from(List.of(from)), TENANT));
  }
}
