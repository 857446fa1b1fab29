package dev.weir.history.tail;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.blocks.block.BlockCache;
import dev.weir.blocks.block.BlockWriter;
import dev.weir.blocks.block.LiveLayout;
import dev.weir.blocks.catalog.BlockCatalog;
import dev.weir.blocks.catalog.ChainPublisher;
import dev.weir.blocks.compaction.CompactionPolicy;
import dev.weir.blocks.compaction.CompactionTask;
import dev.weir.blocks.compaction.Compactor;
import dev.weir.blocks.compaction.SupersededBlocks;
import dev.weir.blocks.head.PartitionHead;
import dev.weir.blocks.store.LocalBlockStore;
import dev.weir.history.store.HistorySource;
import dev.weir.model.GroupKey;
import dev.weir.model.Labels;
import dev.weir.model.Layout;
import dev.weir.model.Tenant;
import dev.weir.model.TimeRange;
import dev.weir.model.WeirException;
import dev.weir.model.source.GroupCursor;
import dev.weir.model.source.GroupSamples;
import dev.weir.model.source.SelectHints;
import dev.weir.model.source.SeriesGroup;
import dev.weir.schemas.RecordKeys;
import dev.weir.schemas.RecordType;
import dev.weir.schemas.SampleRecord;
import dev.weir.schemas.Topics;
import dev.weir.schemas.Topics.Deployment;
import dev.weir.schemas.publish.LayoutPublisher;
import dev.weir.schemas.read.SampleReader;
import dev.weir.schemas.wire.RecordWriter;
import dev.weir.service.kafka.KafkaSettings;
import dev.weir.service.kafka.TopicSetup;
import dev.weir.testing.GroupRow;
import dev.weir.testing.broker.BrokerClients;
import dev.weir.testing.broker.BrokerFixture;
import dev.weir.testing.broker.EmbeddedBrokerFixture;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The tail of topics behind blocks that a sink writes, merges and deletes meanwhile.
class LogTailTest {
  private static final int PARTITIONS = 2;
  private static final int SERIES = 6;

  @TempDir private Path directory = Path.of("");
  private BrokerFixture broker;
  private BrokerClients clients;
  private KafkaProducer<byte[], byte[]> producer;
  private LocalBlockStore store;
  private final RecordWriter<SampleRecord> writer =
      RecordType.SAMPLES.writer(Topics.SAMPLES, Optional.empty());
  private final LayoutPublisher layouts = new LayoutPublisher(InstantSource.system());
  private final Random random = new Random(5);
  private final long startMillis = System.currentTimeMillis() / 1000 * 1000 - 600_000;

  /// What Kafka has, by series and time: the first value that was written.
  private final Map<String, Double> written = new TreeMap<>();

  private int rows;
  private int tails;

  @SuppressWarnings("NullAway.Init") // Set before each test.
  LogTailTest() {}

  @BeforeEach
  void start() {
    broker = EmbeddedBrokerFixture.start(directory.resolve("kafka"));
    clients = new BrokerClients(broker.bootstrapServers());
    producer = clients.producer(Map.of());
    TopicSetup.run(kafka(), Duration.ofSeconds(30));
    store = new LocalBlockStore(directory.resolve("blocks"));
  }

  @AfterEach
  void stop() {
    clients.close();
    broker.close();
  }

  private KafkaSettings kafka() {
    return new KafkaSettings(
        List.of(broker.bootstrapServers()),
        Deployment.EMBEDDED,
        PARTITIONS,
        (short) 1,
        Duration.ofHours(6),
        false,
        Map.of());
  }

  private static LogTail.Settings settings(long linkBytes) {
    return new LogTail.Settings(
        linkBytes, Duration.ofDays(15), SampleReader.Settings.DEFAULT, Duration.ofSeconds(30));
  }

  /// Rows of all series, some late, some with other values for times that have one.
  private void write(String topic, int count) {
    for (int i = 0; i < count; i++) {
      int row = random.nextInt(4) == 0 && rows > 0 ? random.nextInt(rows) : rows++;
      long timestampMillis = startMillis + row * 100L;
      for (int number = 0; number < SERIES; number++) {
        Labels labels =
            Labels.of("__name__", topic.replace('.', '_'), "instance", "db-" + number, "job", "db");
        double value = random.nextInt(1_000_000);
        for (GroupRow one :
            GroupRow.of(
                Tenant.DEFAULT, List.of(GroupRow.Sample.of(labels, timestampMillis, value)))) {
          LayoutPublisher.Publication publication =
              layouts.prepare(
                  one.group(),
                  one.layout(),
                  List.of(one.row()),
                  SampleRecord.NO_EPOCH,
                  OptionalLong.empty());
          BrokerClients.get(
              producer.send(
                  new ProducerRecord<>(
                      topic,
                      RecordKeys.of(one.group().partitionKey()),
                      writer.write(publication.sampleRecord()))));
          publication.acknowledged();
        }
        written.putIfAbsent(labels + " @" + timestampMillis, value);
      }
    }
  }

  /// Goes on with each chain, as a sink does.
  private void flush() {
    ChainPublisher chain =
        new ChainPublisher(
            store,
            new BlockCache(1 << 20),
            directory.resolve("unpublished"),
            InstantSource.system());
    try (var consumer = kafka().consumer("sink", Map.of())) {
      for (int number = 0; number < PARTITIONS; number++) {
        TopicPartition partition = new TopicPartition(Topics.SAMPLES, number);
        ChainPublisher.End start =
            chain
                .end(partition.topic(), partition.partition())
                .orElse(new ChainPublisher.End(0, List.of()));
        long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
        if (end > start.offset()) {
          Flushed flushed = new Flushed(start);
          consumer.assign(List.of(partition));
          consumer.seek(partition, start.offset());
          while (consumer.position(partition) < end) {
            consumer
                .poll(Duration.ofMillis(50))
                .forEach(one -> {
                  if (one.offset() < end) {
                    flushed.reader.read(one.offset(), one.timestamp(), one.value());
                  }
                });
          }
          flushed.head.advance(end, 0);
          chain.append(
              partition.topic(),
              number,
              flushed.head.freeze(start.offset(), end),
              List.copyOf(flushed.alive.values()));
        }
      }
    }
  }

  /// What goes into a link, and the layouts that later rows refer to.
  private static final class Flushed implements SampleReader.Receiver {
    private final PartitionHead head;
    private final SampleReader reader;
    private final Map<GroupKey, LiveLayout> alive = new HashMap<>();

    Flushed(ChainPublisher.End start) {
      head = new PartitionHead(start.offset());
      reader =
          new SampleReader(SampleReader.Settings.DEFAULT, Optional.empty(), start.offset(), this);
      start
          .layouts()
          .forEach(one -> {
            reader.learn(one.layout());
            alive.put(one.group(), one);
          });
    }

    @Override
    public void rows(long offset, long appendedMillis, Layout layout, SampleRecord sampleRecord) {
      head.append(offset, sampleRecord.group(), layout, sampleRecord.rows(), 0);
      alive.put(
          sampleRecord.group(),
          new LiveLayout(sampleRecord.group(), layout, SampleRecord.NO_EPOCH, Long.MAX_VALUE));
    }

    @Override
    public void deadLetter(long offset, long appendedMillis, byte[] value, String reason) {
      throw new AssertionError(reason);
    }
  }

  /// Merges what can be merged, and deletes what it was made from, at once.
  private void compact() {
    BlockCatalog catalog = new BlockCatalog(store, new BlockCache(1 << 20));
    Compactor compactor =
        new Compactor(
            store,
            directory.resolve("compaction"),
            BlockWriter.Options.COMPACTED,
            InstantSource.system());
    CompactionTask.plan(catalog.refresh(), new CompactionPolicy(2, 10, 1 << 20), _ -> true)
        .forEach(compactor::run);
    new SupersededBlocks(store, Duration.ZERO, InstantSource.system()).sweep(catalog.refresh());
  }

  private HistorySource tailed(long linkBytes) {
    Path tail = directory.resolve("tail-" + tails++).resolve("links");
    new LogTail(kafka(), Optional.empty(), settings(linkBytes), InstantSource.system())
        .read(store, tail);
    return new HistorySource(TailedStore.of(store, Optional.of(tail)), 1 << 20, System::nanoTime);
  }

  /// All samples, each once.
  private static Map<String, Double> samples(HistorySource source) {
    Map<String, Double> found = new TreeMap<>();
    try (GroupCursor cursor =
        source.select(Tenant.DEFAULT, List.of(), TimeRange.ALL, SelectHints.NONE)) {
      for (SeriesGroup group = cursor.next(); group != null; group = cursor.next()) {
        GroupSamples samples = group.read();
        for (int i = 0; i < group.series().size(); i++) {
          GroupSamples.Column column = samples.columns().get(i);
          for (int row = 0; row < samples.timestampsMillis().length; row++) {
            if (column.hasSample(row)) {
              String key = group.series().get(i).labels() + " @" + samples.timestampsMillis()[row];
              assertEquals(null, found.put(key, column.values()[row]), () -> key + " comes twice");
            }
          }
        }
      }
    }
    return found;
  }

  @Test
  void whatNoBlockHasIsReadFromBothTopics() {
    write(Topics.SAMPLES, 20);
    assertEquals(written, samples(tailed(1 << 20)));
    flush();
    write(Topics.SAMPLES, 20);
    write(Topics.RECORDED, 20);
    assertEquals(written, samples(tailed(1 << 20)));
    assertEquals(List.of(), tailed(1 << 20).snapshot().missing(Tenant.DEFAULT));
  }

  @Test
  void whatIsTooMuchForMemoryBecomesSeveralLinks() {
    write(Topics.SAMPLES, 100);
    Path tail = directory.resolve("links");
    LogTail.Outcome outcome =
        new LogTail(kafka(), Optional.empty(), settings(4_000), InstantSource.system())
            .read(store, tail);
    assertTrue(outcome.links() > PARTITIONS, outcome::toString);
    assertEquals(0, outcome.unreadable());
    HistorySource source =
        new HistorySource(TailedStore.of(store, Optional.of(tail)), 1 << 20, System::nanoTime);
    assertEquals(written, samples(source));
  }

  @Test
  void aSinkThatGoesOnMeanwhileNeitherDoublesNorTakesAway() {
    write(Topics.SAMPLES, 30);
    flush();
    write(Topics.SAMPLES, 30);
    HistorySource source = tailed(1 << 20);
    final Map<String, Double> expected = Map.copyOf(written);
    assertEquals(new TreeMap<>(expected), samples(source));
    flush();
    source.list();
    assertEquals(new TreeMap<>(expected), samples(source));
    assertEquals(List.of(), source.snapshot().missing(Tenant.DEFAULT));
    compact();
    source.list();
    assertEquals(new TreeMap<>(expected), samples(source));
    assertEquals(List.of(), source.snapshot().missing(Tenant.DEFAULT));
  }

  @Test
  void theSeamHoldsWhileBlocksAreWrittenMergedAndDeleted() throws Exception {
    AtomicBoolean ending = new AtomicBoolean();
    write(Topics.SAMPLES, 10);
    try (ExecutorService sink = Executors.newSingleThreadExecutor()) {
      Future<?> running =
          sink.submit(() -> {
            while (!ending.get()) {
              flush();
              compact();
            }
          });
      try {
        for (int round = 0; round < 12; round++) {
          write(Topics.SAMPLES, 10);
          Map<String, Double> before = new TreeMap<>(written);
          HistorySource source = tailed(round % 2 == 0 ? 1 << 20 : 2_000);
          assertEquals(before, listedAgain(source), "round " + round);
        }
      } finally {
        ending.set(true);
      }
      running.get();
    }
  }

  /// All samples, with a new listing where a block is deleted under the reader: here nothing waits
  /// for readers, as a sink does.
  private static Map<String, Double> listedAgain(HistorySource source) {
    for (int left = 100; ; left--) {
      try {
        return samples(source);
      } catch (WeirException.Unavailable e) {
        assertTrue(left > 0, e::getMessage);
        source.list();
      }
    }
  }

  @Test
  void blocksOfAnotherLogAreRefused() {
    write(Topics.SAMPLES, 20);
    flush();
    try (BrokerFixture other = EmbeddedBrokerFixture.start(directory.resolve("other"))) {
      KafkaSettings kafka =
          new KafkaSettings(
              List.of(other.bootstrapServers()),
              Deployment.EMBEDDED,
              PARTITIONS,
              (short) 1,
              Duration.ofHours(6),
              false,
              Map.of());
      TopicSetup.run(kafka, Duration.ofSeconds(30));
      LogTail tail =
          new LogTail(kafka, Optional.empty(), settings(1 << 20), InstantSource.system());
      WeirException e =
          assertThrows(
              WeirException.BadData.class, () -> tail.read(store, directory.resolve("links")));
      assertTrue(
          String.valueOf(e.getMessage()).contains("these are not its blocks"), e::getMessage);
    }
  }

  @Test
  void aBrokerThatDoesNotAnswerIsSaid() {
    KafkaSettings nobody =
        new KafkaSettings(
            List.of("127.0.0.1:1"),
            Deployment.EMBEDDED,
            PARTITIONS,
            (short) 1,
            Duration.ofHours(6),
            false,
            Map.of());
    LogTail.Settings hasty =
        new LogTail.Settings(
            1 << 20, Duration.ofDays(15), SampleReader.Settings.DEFAULT, Duration.ofMillis(500));
    LogTail tail = new LogTail(nobody, Optional.empty(), hasty, InstantSource.system());
    WeirException e =
        assertThrows(
            WeirException.Unavailable.class, () -> tail.read(store, directory.resolve("links")));
    assertTrue(String.valueOf(e.getMessage()).startsWith("Kafka at 127.0.0.1:1"), e::getMessage);
  }
}
