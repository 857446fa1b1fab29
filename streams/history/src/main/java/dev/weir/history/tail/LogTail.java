package dev.weir.history.tail;

import static java.util.Objects.requireNonNull;

import dev.weir.blocks.block.BlockCache;
import dev.weir.blocks.catalog.ChainPublisher;
import dev.weir.blocks.store.BlockStore;
import dev.weir.blocks.store.LocalBlockStore;
import dev.weir.model.WeirException;
import dev.weir.schemas.Topics;
import dev.weir.schemas.read.SampleReader;
import dev.weir.schemas.wire.SchemaRegistry;
import dev.weir.service.kafka.KafkaSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;

/// Reads what the topics of samples have behind the chains of blocks, up to where they end now, and
/// writes it as links into a directory: for [TailedStore], which shows them behind the others.
///
/// One partition after another, and no more of it in memory than a link may have. What transactions
/// have not finished is not read.
public final class LogTail {
  private static final Duration POLL = Duration.ofMillis(200);
  private static final String FETCH_BYTES = String.valueOf(4 << 20);
  private static final long CACHE_BYTES = 16 << 20;

  /// @param linkBytes of rows in memory, after which a link is written
  /// @param retention how long storage keeps samples; it takes none that are older
  /// @param patience without any record, after which Kafka counts as away
  public record Settings(
      long linkBytes, Duration retention, SampleReader.Settings reader, Duration patience) {
    public Settings {
      requireNonNull(retention, "retention");
      requireNonNull(reader, "reader");
      requireNonNull(patience, "patience");
      if (linkBytes < 1) {
        throw new IllegalArgumentException("links of %d bytes".formatted(linkBytes));
      }
    }
  }

  /// What was read.
  ///
  /// @param unreadable records that nothing could be made of
  public record Outcome(long samples, int links, long unreadable) {
    private Outcome plus(PartitionTail tail) {
      return new Outcome(
          samples + tail.samples(), links + tail.links(), unreadable + tail.unreadable());
    }
  }

  private final KafkaSettings kafka;
  private final Optional<SchemaRegistry> registry;
  private final Settings settings;
  private final InstantSource clock;

  public LogTail(
      KafkaSettings kafka,
      Optional<SchemaRegistry> registry,
      Settings settings,
      InstantSource clock) {
    this.kafka = requireNonNull(kafka, "kafka");
    this.registry = requireNonNull(registry, "registry");
    this.settings = requireNonNull(settings, "settings");
    this.clock = requireNonNull(clock, "clock");
  }

  /// @param store whose chains are gone on from
  /// @param directory takes the links; made if it is not there
  /// @throws WeirException.Unavailable if Kafka does not answer
  /// @throws WeirException.BadData if the topics are not those that the blocks are made of
  public Outcome read(BlockStore store, Path directory) {
    TailedStore tailed = new TailedStore(store, new LocalBlockStore(directory));
    ChainPublisher chain =
        new ChainPublisher(
            tailed, new BlockCache(CACHE_BYTES), directory.resolveSibling("unpublished"), clock);
    try (KafkaConsumer<byte[], byte[]> consumer =
        kafka.consumer(
            "weir-history",
            Map.of(
                ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG,
                false,
                ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG,
                FETCH_BYTES,
                ConsumerConfig.FETCH_MAX_BYTES_CONFIG,
                FETCH_BYTES,
                ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                Math.toIntExact(settings.patience().toMillis())))) {
      Outcome outcome = new Outcome(0, 0, 0);
      for (TopicPartition partition : partitions(consumer)) {
        Optional<PartitionTail> tail = tail(consumer, chain, partition);
        if (tail.isPresent()) {
          outcome = outcome.plus(tail.get());
        }
      }
      return outcome;
    } catch (OffsetOutOfRangeException e) {
      throw new WeirException.Unavailable(
          "records that no block has were deleted from Kafka while they were read: %s"
              .formatted(e.getMessage()),
          e);
    } catch (KafkaException e) {
      throw new WeirException.Unavailable(
          "Kafka at %s does not give what no block has yet: %s"
              .formatted(kafka.address(), e.getMessage()),
          e);
    }
  }

  private static List<TopicPartition> partitions(KafkaConsumer<byte[], byte[]> consumer) {
    Map<String, List<PartitionInfo>> topics = consumer.listTopics();
    List<TopicPartition> partitions = new ArrayList<>();
    for (String topic : List.of(Topics.SAMPLES, Topics.RECORDED)) {
      for (PartitionInfo info : topics.getOrDefault(topic, List.of())) {
        partitions.add(new TopicPartition(topic, info.partition()));
      }
    }
    return partitions;
  }

  /// Reads a partition; empty if blocks have everything.
  private Optional<PartitionTail> tail(
      KafkaConsumer<byte[], byte[]> consumer, ChainPublisher chain, TopicPartition partition) {
    // First the chain: the log may be longer by then, and never shorter.
    Optional<ChainPublisher.End> found = chain.end(partition.topic(), partition.partition());
    long logStart = offset(consumer.beginningOffsets(List.of(partition)), partition);
    long logEnd = offset(consumer.endOffsets(List.of(partition)), partition);
    ChainPublisher.End start = found.orElse(new ChainPublisher.End(logStart, List.of()));
    if (start.offset() > logEnd) {
      throw new WeirException.BadData(
          "the blocks of %s end at offset %d, but its log at %s ends at %d: these are not its blocks"
              .formatted(partition, start.offset(), kafka.address(), logEnd));
    }
    if (start.offset() < logStart) {
      // The chain then has a gap, and readers are told of it.
      start = new ChainPublisher.End(logStart, start.layouts());
    }
    if (start.offset() >= logEnd) {
      return Optional.empty();
    }
    PartitionTail tail = new PartitionTail(partition, start, logEnd, chain, registry, settings);
    consumer.assign(List.of(partition));
    consumer.seek(partition, start.offset());
    long reached = start.offset();
    long heardNanos = System.nanoTime();
    while (reached < logEnd) {
      consumer.poll(POLL).forEach(tail::read);
      long position = consumer.position(partition);
      if (position > reached) {
        heardNanos = System.nanoTime();
      } else if (System.nanoTime() - heardNanos > settings.patience().toNanos()) {
        throw new WeirException.Unavailable(
            "Kafka at %s gives nothing of %s from offset %d on"
                .formatted(kafka.address(), partition, position));
      }
      reached = position;
    }
    tail.finish();
    return Optional.of(tail);
  }

  private static long offset(Map<TopicPartition, Long> offsets, TopicPartition partition) {
    return requireNonNull(offsets.get(partition), "an offset of each partition");
  }
}
