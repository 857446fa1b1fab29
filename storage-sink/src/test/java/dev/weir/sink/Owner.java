package dev.weir.sink;

import dev.weir.blocks.catalog.ChainPublisher;
import dev.weir.schemas.DeadLetter;
import dev.weir.schemas.RecordType;
import dev.weir.schemas.Topics;
import dev.weir.schemas.read.SampleReader;
import dev.weir.testing.HeldClock;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/// An owner of [SampleLog]'s partition without Kafka around it: opens where the chain ends, reads,
/// and appends links when told to.
final class Owner {
  static final SinkSettings SETTINGS = settings(false);

  private final ChainPublisher chain;
  private final SampleLog log;
  private final MockProducer<byte[], byte[]> deadLetters;
  private final PartitionIngester ingester;
  private int next;

  Owner(ChainPublisher chain, SampleLog log, HeldClock clock) {
    this(chain, log, clock, SETTINGS, true);
  }

  Owner(
      ChainPublisher chain,
      SampleLog log,
      HeldClock clock,
      SinkSettings settings,
      boolean lettersAcknowledged) {
    this.chain = chain;
    this.log = log;
    this.deadLetters =
        new MockProducer<>(
            lettersAcknowledged, null, new ByteArraySerializer(), new ByteArraySerializer());
    this.ingester =
        new PartitionOpener(
                settings,
                "sink-1",
                chain,
                Optional.empty(),
                new DeadLetterSender(
                    Topics.DEAD_LETTERS,
                    deadLetters,
                    RecordType.DEAD_LETTERS.writer(Topics.DEAD_LETTERS, Optional.empty())),
                new SinkMetrics(new PrometheusRegistry(), clock),
                clock)
            .open(SampleLog.PARTITION, log.startOffset(), log.endOffset());
    while (next < log.records().size() && log.records().get(next).offset() < ingester.chainEnd()) {
      next++;
    }
  }

  static SinkSettings settings(boolean acceptHole) {
    return settings(acceptHole, 1 << 24, 16 << 20);
  }

  static SinkSettings settings(boolean acceptHole, long maxHeadBytes, long pendingDeadLetterBytes) {
    return new SinkSettings(
        List.of(Topics.SAMPLES),
        Topics.DEAD_LETTERS,
        Topics.MEMBERS,
        "weir-sink",
        Duration.ofMinutes(5),
        Math.min(1 << 20, maxHeadBytes),
        Duration.ofMinutes(15),
        maxHeadBytes,
        Duration.ofMinutes(15),
        Duration.ofSeconds(5),
        acceptHole,
        Duration.ofMinutes(11),
        SampleReader.Settings.DEFAULT,
        pendingDeadLetterBytes,
        SinkSettings.RetentionSettings.of(Duration.ofDays(15)),
        SinkSettings.HousekeepingSettings.DEFAULT,
        600);
  }

  PartitionIngester ingester() {
    return ingester;
  }

  MockProducer<byte[], byte[]> deadLetters() {
    return deadLetters;
  }

  List<DeadLetter> sentLetters() {
    return deadLetters.history().stream()
        .map(sent -> RecordType.DEAD_LETTERS.reader(Optional.empty()).read(sent.value()))
        .toList();
  }

  /// Reads up to so many records.
  void read(int count) {
    for (int i = 0; i < count && next < log.records().size(); i++) {
      ConsumerRecord<byte[], byte[]> consumed = log.records().get(next++);
      ingester.read(consumed);
    }
    ingester.endBatch(
        next < log.records().size() ? log.records().get(next).offset() : log.endOffset());
  }

  void readAll() {
    read(Integer.MAX_VALUE);
  }

  /// Makes a link of what can go into one; false if there is nothing.
  boolean flush() {
    ingester.askForFlush();
    PartitionIngester.Link link = ingester.nextLink();
    if (link == null) {
      return false;
    }
    publish(link);
    return true;
  }

  void publish(PartitionIngester.Link link) {
    ingester.letters().awaitBelow(link.rows().endOffset());
    switch (chain.append(
        SampleLog.PARTITION.topic(),
        SampleLog.PARTITION.partition(),
        link.rows(),
        link.layouts())) {
      case ChainPublisher.Published.Won won -> ingester.published(won.endOffset());
      case ChainPublisher.Published.Lost lost -> ingester.published(lost.endOffset());
    }
  }
}
