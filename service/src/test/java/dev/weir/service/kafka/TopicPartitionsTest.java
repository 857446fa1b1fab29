package dev.weir.service.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weir.testing.broker.BrokerClients;
import dev.weir.testing.broker.SharedBroker;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.junit.jupiter.api.Test;

class TopicPartitionsTest {
  @Test
  void areThoseOfTheTopicOrAFailure() {
    try (BrokerClients clients = SharedBroker.clients()) {
      Consumer<byte[], byte[]> consumer = clients.consumer(Map.of());
      UnknownTopicOrPartitionException e =
          assertThrows(
              UnknownTopicOrPartitionException.class,
              () -> TopicPartitions.of(consumer, "weir.not-made"));
      assertEquals("topic weir.not-made is not known to the brokers", e.getMessage());

      String topic = clients.createTopic("weir.alerts", 2, Map.of());
      assertEquals(
          Set.of(new TopicPartition(topic, 0), new TopicPartition(topic, 1)),
          Set.copyOf(TopicPartitions.of(consumer, topic)));
    }
  }
}
