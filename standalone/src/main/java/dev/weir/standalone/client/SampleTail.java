package dev.weir.standalone.client;

import static java.util.Objects.requireNonNull;

import dev.weir.model.Layout;
import dev.weir.model.WeirException;
import dev.weir.schemas.SampleRecord;
import dev.weir.schemas.publish.LayoutPublisher;
import dev.weir.schemas.read.SampleReader;
import dev.weir.schemas.text.Sample;
import dev.weir.schemas.wire.SchemaRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;

/// Reads every partition of a topic of samples from some time on, and goes on as samples come.
///
/// It begins one key-frame interval before the first sample that is wanted, to know the layouts of
/// all of them. It joins no consumer group and commits nothing: nobody notices that it reads.
///
/// For one thread.
final class SampleTail {

  /// Takes what is read.
  interface Receiver {
    /// @return whether to go on
    boolean sample(Sample sample);

    /// What could not be read, and why.
    void problem(String description);
  }

  private static final Duration POLL = Duration.ofMillis(200);

  private final Consumer<byte[], byte[]> consumer;
  private final String topic;
  private final Optional<SchemaRegistry> registry;
  private final LayoutPublisher.Settings publishers;
  private final Receiver receiver;
  private final Map<TopicPartition, SampleReader> readers = new HashMap<>();
  private boolean finished;

  /// @param consumer of raw bytes, without a group
  /// @param publishers what the topic's writers hold, which decides how much earlier to begin
  SampleTail(
      Consumer<byte[], byte[]> consumer,
      String topic,
      Optional<SchemaRegistry> registry,
      LayoutPublisher.Settings publishers,
      Receiver receiver) {
    this.consumer = requireNonNull(consumer, "consumer");
    this.topic = requireNonNull(topic, "topic");
    this.registry = requireNonNull(registry, "registry");
    this.publishers = requireNonNull(publishers, "publishers");
    this.receiver = requireNonNull(receiver, "receiver");
  }

  /// Reads until the receiver has had enough.
  ///
  /// @param from append time of the first sample that is wanted; absent: only what comes from now
  ///   on
  /// @throws WeirException.Unavailable if Kafka does not answer or has no such topic
  void run(Optional<Instant> from, Instant now) {
    try {
      seek(from, now);
      while (!finished) {
        for (ConsumerRecord<byte[], byte[]> entry : consumer.poll(POLL)) {
          read(entry);
          if (finished) {
            return;
          }
        }
      }
    } catch (KafkaException e) {
      throw new WeirException.Unavailable(
          "Kafka: %s; --kafka says where it is".formatted(e.getMessage()), e);
    }
  }

  private void read(ConsumerRecord<byte[], byte[]> entry) {
    if (entry.value() != null) {
      requireNonNull(readers.get(new TopicPartition(entry.topic(), entry.partition())))
          .read(entry.offset(), entry.timestamp(), entry.value());
    }
  }

  private void seek(Optional<Instant> from, Instant now) {
    List<PartitionInfo> infos = consumer.partitionsFor(topic);
    if (infos == null || infos.isEmpty()) {
      throw new WeirException.Unavailable(
          "Kafka has no topic %s; has weir run with this Kafka?".formatted(topic));
    }
    List<TopicPartition> partitions =
        infos.stream().map(info -> new TopicPartition(topic, info.partition())).toList();
    consumer.assign(partitions);
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
    Map<TopicPartition, Long> wanted =
        from.map(time -> offsetsAt(time, partitions, ends)).orElse(ends);
    Map<TopicPartition, Long> begin =
        offsetsAt(SampleReader.beginAt(from.orElse(now), publishers), partitions, ends);
    for (TopicPartition partition : partitions) {
      long firstOffset = requireNonNull(wanted.get(partition));
      readers.put(
          partition,
          new SampleReader(
              SampleReader.Settings.DEFAULT, registry, firstOffset, new Printer(partition)));
      consumer.seek(partition, requireNonNull(begin.get(partition)));
    }
  }

  /// The offsets of the first records that were appended at a time or later; the end where there
  /// are none yet.
  private Map<TopicPartition, Long> offsetsAt(
      Instant time, List<TopicPartition> partitions, Map<TopicPartition, Long> ends) {
    Map<TopicPartition, Long> times = new HashMap<>();
    partitions.forEach(partition -> times.put(partition, time.toEpochMilli()));
    Map<TopicPartition, OffsetAndTimestamp> found = consumer.offsetsForTimes(times);
    Map<TopicPartition, Long> offsets = new HashMap<>(ends);
    found.forEach((partition, offset) -> {
      if (offset != null) {
        offsets.put(partition, offset.offset());
      }
    });
    return offsets;
  }

  private final class Printer implements SampleReader.Receiver {
    private final TopicPartition partition;

    Printer(TopicPartition partition) {
      this.partition = partition;
    }

    @Override
    public void rows(long offset, long appendedMillis, Layout layout, SampleRecord sampleRecord) {
      for (Sample sample : Sample.of(layout, sampleRecord)) {
        if (!finished && !receiver.sample(sample)) {
          finished = true;
        }
      }
    }

    @Override
    public void deadLetter(long offset, long appendedMillis, byte[] value, String reason) {
      receiver.problem("%s offset %d: %s".formatted(partition, offset, reason));
    }
  }
}
