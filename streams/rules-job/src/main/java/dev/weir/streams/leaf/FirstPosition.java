package dev.weir.streams.leaf;

import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Where a task begins to read that has never read: at the first record that is not older than the
/// job's beginning, or at the end where all are. Nobody else tells, until a record comes; and a
/// partition that gets none would never be known to be read.
final class FirstPosition {
  private static final Logger LOG = LoggerFactory.getLogger(FirstPosition.class);

  private FirstPosition() {}

  /// @param consumers without a group
  /// @param fromMillis append time from which on the task reads
  /// @return empty if the brokers do not answer
  static OptionalLong of(
      Supplier<Consumer<byte[], byte[]>> consumers, TopicPartition partition, long fromMillis) {
    try (Consumer<byte[], byte[]> consumer = consumers.get()) {
      OffsetAndTimestamp first =
          consumer.offsetsForTimes(Map.of(partition, Math.max(0, fromMillis))).get(partition);
      if (first != null) {
        return OptionalLong.of(first.offset());
      }
      Long end = consumer.endOffsets(Set.of(partition)).get(partition);
      return end == null ? OptionalLong.empty() : OptionalLong.of(end);
    } catch (KafkaException e) {
      LOG.warn("the brokers do not tell where reading {} begins: {}", partition, e.getMessage());
      return OptionalLong.empty();
    }
  }
}
