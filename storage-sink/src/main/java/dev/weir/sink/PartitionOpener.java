package dev.weir.sink;

import dev.weir.blocks.catalog.ChainPublisher;
import dev.weir.blocks.store.OffsetRange;
import dev.weir.model.WeirException;
import dev.weir.schemas.wire.SchemaRegistry;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Finds where to go on with a partition: where its chain of blocks ends, or where the log begins
/// if there is no chain. Where the two do not meet, the partition does not start, unless the hole
/// is accepted.
final class PartitionOpener {
  private static final Logger LOG = LoggerFactory.getLogger(PartitionOpener.class);

  private final SinkSettings settings;
  private final String member;
  private final ChainPublisher chain;
  private final Optional<SchemaRegistry> registry;
  private final DeadLetterSender deadLetters;
  private final SinkMetrics metrics;
  private final InstantSource clock;

  PartitionOpener(
      SinkSettings settings,
      String member,
      ChainPublisher chain,
      Optional<SchemaRegistry> registry,
      DeadLetterSender deadLetters,
      SinkMetrics metrics,
      InstantSource clock) {
    this.settings = settings;
    this.member = member;
    this.chain = chain;
    this.registry = registry;
    this.deadLetters = deadLetters;
    this.metrics = metrics;
    this.clock = clock;
  }

  /// An ingester that begins at its chain's end, or one that is stopped and says why.
  ///
  /// @throws WeirException.Unavailable if the block store does not answer
  PartitionIngester open(TopicPartition partition, long logStart, long logEnd) {
    Optional<ChainPublisher.End> found = chain.end(partition.topic(), partition.partition());
    if (found.isEmpty()) {
      LOG.info("{}: no blocks yet, beginning at offset {}", partition, logStart);
      return ingester(partition, new ChainPublisher.End(logStart, List.of()));
    }
    ChainPublisher.End end = found.get();
    if (end.offset() < logStart) {
      return acrossHole(partition, end, logStart);
    }
    PartitionIngester ingester = ingester(partition, end);
    if (end.offset() > logEnd) {
      ingester.stop(
          "the blocks of %s end at offset %d, but its log ends at %d: the topic was made anew; use"
                  .formatted(partition, end.offset(), logEnd)
              + " another block directory, or bring the topic back");
    } else {
      LOG.info("{}: going on at offset {}, where its blocks end", partition, end.offset());
    }
    return ingester;
  }

  private PartitionIngester acrossHole(
      TopicPartition partition, ChainPublisher.End end, long logStart) {
    String hole =
        "%s begins at offset %d, but its blocks end at %d: the %d records in between are gone"
            .formatted(partition, logStart, end.offset(), logStart - end.offset());
    if (!settings.acceptHole()) {
      PartitionIngester stopped = ingester(partition, end);
      stopped.stop(hole + " from Kafka; set storage.accept_hole to true to go on without them");
      return stopped;
    }
    LOG.warn("{}; going on without them, as storage.accept_hole says", hole);
    OffsetRange gone =
        new OffsetRange(partition.topic(), partition.partition(), end.offset(), logStart);
    return switch (chain.appendHole(gone)) {
      case ChainPublisher.Published.Won _ ->
          ingester(partition, new ChainPublisher.End(logStart, List.of()));
      case ChainPublisher.Published.Lost _ ->
          throw new WeirException.Unavailable(
              "%s: another owner went on with the chain; looking again".formatted(partition));
    };
  }

  private PartitionIngester ingester(TopicPartition partition, ChainPublisher.End start) {
    return new PartitionIngester(
        partition,
        start,
        settings,
        member,
        registry,
        new PendingLetters(deadLetters, settings.pendingDeadLetterBytes()),
        metrics.of(partition.topic()),
        clock);
  }
}
