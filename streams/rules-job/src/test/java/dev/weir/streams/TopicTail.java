package dev.weir.streams;

import dev.weir.testing.broker.BrokerClients;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/// Follows all partitions of a topic from its beginning. For one thread.
final class TopicTail {
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

  /// What has come since the last call.
  List<ConsumerRecord<byte[], byte[]>> more() {
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    ConsumerRecords<byte[], byte[]> polled;
    do {
      polled = consumer.poll(Duration.ofMillis(20));
      polled.forEach(records::add);
    } while (!polled.isEmpty());
    return records;
  }
}
