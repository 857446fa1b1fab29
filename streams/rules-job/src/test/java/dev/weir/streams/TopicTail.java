package dev.weir.streams;

import dev.weir.testing.Await;
import dev.weir.testing.broker.BrokerClients;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/// Follows all partitions of a topic from its beginning. For one thread.
final class TopicTail {
  private static final Duration DEADLINE = Duration.ofSeconds(30);

  private final KafkaConsumer<byte[], byte[]> consumer;

  /// @param isolation `read_committed` or `read_uncommitted`
  TopicTail(BrokerClients clients, String topic, String isolation) {
    consumer = clients.consumer(Map.of("isolation.level", isolation));
    List<TopicPartition> partitions =
        consumer.partitionsFor(topic).stream()
            .map(info -> new TopicPartition(topic, info.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
  }

  /// What has come since the last call, up to where the topic ends now.
  List<ConsumerRecord<byte[], byte[]>> more() {
    Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    // Positions also pass what is not returned: markers of transactions and aborted records.
    Await.until(
        () -> {
          consumer.poll(Duration.ofMillis(20)).forEach(records::add);
          return ends.entrySet().stream()
              .allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
        },
        DEADLINE,
        () -> "records up to " + ends);
    return records;
  }
}
