package dev.weir.testing.broker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class SharedBrokerTest {

  @Test
  void isOneBrokerWithATopicForEachThatAsks() {
    try (BrokerClients one = SharedBroker.clients();
        BrokerClients other = SharedBroker.clients()) {
      assertEquals(one.bootstrapServers(), other.bootstrapServers());
      String topic = one.createTopic("weir.samples", 1, Map.of());
      assertNotEquals(topic, other.createTopic("weir.samples", 1, Map.of()));

      BrokerClients.get(
          one.producer(Map.of()).send(new ProducerRecord<>(topic, "row".getBytes(UTF_8))));

      assertEquals(1, other.readAll(topic, "read_committed").size());
    }
  }
}
