package dev.weir.testing.broker;

import dev.weir.testing.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/// Follows all partitions of a topic from its beginning. Records that Kafka deletes before they are
/// read are a failure. For one thread.
public final class TopicTail {
  private static final Duration DEADLINE = Duration.ofSeconds(30);

  private final BrokerClients clients;
  private final KafkaConsumer<byte[], byte[]> consumer;

  /// @param isolation `read_committed` or `read_uncommitted`
  public TopicTail(BrokerClients clients, String topic, String isolation) {
    this(
        clients,
        topic,
        clients.consumer(Map.of("isolation.level", isolation, "auto.offset.reset", "none")));
  }

  TopicTail(BrokerClients clients, String topic, KafkaConsumer<byte[], byte[]> consumer) {
    this.clients = clients;
    this.consumer = consumer;
    List<TopicPartition> partitions =
        consumer.partitionsFor(topic).stream()
            .map(info -> new TopicPartition(topic, info.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
  }

  /// What has come since the last call, up to where the topic ends now: of a topic that is written
  /// in transactions, where the first of those that are not finished begins.
  public List<ConsumerRecord<byte[], byte[]>> more() {
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
        () -> "records up to " + ends + "; got " + records.size());
    return records;
  }

  /// Where the next call of [#more] goes on, by partition.
  public Map<TopicPartition, Long> positions() {
    return consumer.assignment().stream()
        .collect(Collectors.toMap(Function.identity(), consumer::position));
  }

  /// Whether everything has been read that was written so far, finished or not.
  public boolean isAtEnd() {
    return positions().entrySet().stream()
        .allMatch(position ->
            BrokerClients.get(
                        clients
                            .admin()
                            .listOffsets(Map.of(position.getKey(), OffsetSpec.latest()))
                            .partitionResult(position.getKey()))
                    .offset()
                <= position.getValue());
  }
}
