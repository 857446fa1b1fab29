package dev.weir.service.kafka;

import java.util.List;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/// The partitions of a topic, for a consumer that reads all of them.
public final class TopicPartitions {
  private TopicPartitions() {}

  /// Asks the brokers.
  ///
  /// A topic that was just made is not known to every broker at once, and one that is not known has
  /// no partitions: whoever took that for an answer would read nothing, for ever.
  ///
  /// @throws UnknownTopicOrPartitionException if the topic is not known (yet); ask again
  /// @throws org.apache.kafka.common.KafkaException if the brokers do not answer
  public static List<TopicPartition> of(Consumer<?, ?> consumer, String topic) {
    List<TopicPartition> partitions =
        consumer.partitionsFor(topic).stream()
            .map(info -> new TopicPartition(topic, info.partition()))
            .toList();
    if (partitions.isEmpty()) {
      throw new UnknownTopicOrPartitionException(
          "topic %s is not known to the brokers".formatted(topic));
    }
    return partitions;
  }
}
