package dev.weir.streams.leaf;

import static java.util.Objects.requireNonNull;

import dev.weir.model.Hash128;
import dev.weir.schemas.read.SampleReader;
import dev.weir.streams.definition.GroupId;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Map.Entry;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;

/// Reads a partition's past once more, for rule groups that look back on columns which were not
/// kept. It ends where the task has come meanwhile kept them itself, so nothing is missing between.
///
/// Reads a little at a time, in the task's own thread; the task goes on with its work in between.
final class Seeding implements AutoCloseable {
  /// How long one step may take.
  private static final long STEP_NANOS = Duration.ofMillis(20).toNanos();

  private static final Duration CLOSE_TIMEOUT = Duration.ofMillis(500);

  private final Map<GroupId, Hash128> groups;
  private final Consumer<byte[], byte[]> consumer;
  private final Map<TopicPartition, Long> ends;
  private final Map<String, SampleReader> readers = new HashMap<>();

  private Seeding(
      Map<GroupId, Hash128> groups,
      Consumer<byte[], byte[]> consumer,
      Map<TopicPartition, Long> ends,
      Function<String, SampleReader> reader) {
    this.groups = Map.copyOf(groups);
    this.consumer = consumer;
    this.ends = ends;
    ends.keySet()
        .forEach(partition -> readers.put(partition.topic(), reader.apply(partition.topic())));
  }

  /// Begins to read.
  ///
  /// @param groups whose columns are wanted, and of which definition
  /// @param consumer without a group, for this alone
  /// @param partition of each topic
  /// @param positions the offset after the last record that the task has read, by topic. A topic
  ///   that it has read nothing of is read to its end
  /// @param fromMillis append time of the first record
  /// @param reader makes a reader for a topic
  /// @throws org.apache.kafka.common.KafkaException if the brokers do not answer
  static Seeding begin(
      Map<GroupId, Hash128> groups,
      Consumer<byte[], byte[]> consumer,
      int partition,
      Map<String, Long> positions,
      Iterable<String> topics,
      long fromMillis,
      Function<String, SampleReader> reader) {
    Map<TopicPartition, Long> ends = new HashMap<>();
    for (String topic : topics) {
      ends.put(new TopicPartition(topic, partition), 0L);
    }
    try {
      seek(consumer, ends, positions, fromMillis);
      return new Seeding(groups, consumer, ends, reader);
    } catch (RuntimeException e) {
      consumer.close(CloseOptions.timeout(CLOSE_TIMEOUT));
      throw e;
    }
  }

  private static void seek(
      Consumer<byte[], byte[]> consumer,
      Map<TopicPartition, Long> ends,
      Map<String, Long> positions,
      long fromMillis) {
    consumer.assign(ends.keySet());
    consumer
        .endOffsets(ends.keySet())
        .forEach((one, end) -> ends.put(one, positions.getOrDefault(one.topic(), end)));
    Map<TopicPartition, Long> wanted = new HashMap<>();
    ends.keySet().forEach(one -> wanted.put(one, Math.max(0, fromMillis)));
    for (Entry<TopicPartition, OffsetAndTimestamp> found :
        consumer.offsetsForTimes(wanted).entrySet()) {
      TopicPartition one = found.getKey();
      OffsetAndTimestamp first = found.getValue();
      consumer.seek(one, first == null ? requireNonNull(ends.get(one), "an end") : first.offset());
    }
  }

  /// The groups whose columns are there when this has ended, and of which definition.
  Map<GroupId, Hash128> groups() {
    return groups;
  }

  /// Reads on for a moment.
  ///
  /// @return whether everything is read
  /// @throws org.apache.kafka.common.KafkaException if the brokers do not answer
  boolean step() {
    long deadline = System.nanoTime() + STEP_NANOS;
    do {
      if (isDone()) {
        return true;
      }
      ConsumerRecords<byte[], byte[]> records = consumer.poll(Duration.ZERO);
      if (records.isEmpty()) {
        return isDone();
      }
      for (ConsumerRecord<byte[], byte[]> one : records) {
        TopicPartition partition = new TopicPartition(one.topic(), one.partition());
        if (one.offset() < requireNonNull(ends.get(partition), "an end") && one.value() != null) {
          requireNonNull(readers.get(one.topic()), "a reader")
              .read(one.offset(), one.timestamp(), one.value());
        }
      }
    } while (System.nanoTime() < deadline);
    return isDone();
  }

  private boolean isDone() {
    for (Entry<TopicPartition, Long> end : ends.entrySet()) {
      if (consumer.position(end.getKey()) < end.getValue()) {
        return false;
      }
    }
    return true;
  }

  @Override
  public void close() {
    consumer.close(CloseOptions.timeout(CLOSE_TIMEOUT));
  }
}
