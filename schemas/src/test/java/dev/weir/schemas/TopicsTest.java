package dev.weir.schemas;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weir.schemas.Topics.Deployment;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

class TopicsTest {

  @Test
  void topicsAreAsDesigned() {
    assertEquals(
        """
        weir.alerts            1  4  31d
        weir.dead-letters      1  1  7d
        weir.members           1  1  compact
        weir.metadata          1  4  compact
        weir.notifications     1  8  compact
        weir.recorded          4 32  24h
        weir.rules             1  1  compact
        weir.samples           4 32  24h
        weir.silences          1  1  compact
        weir.targets           1  4  compact
        """,
        describe());
  }

  private static String describe() {
    return Topics.all(Deployment.CLUSTER).stream()
        .map(topic ->
            "%-21s %2d %2d  %s\n"
                .formatted(
                    topic.name(),
                    topic(Deployment.EMBEDDED, topic.name()).partitions(),
                    topic.partitions(),
                    kept(topic)))
        .sorted()
        .collect(Collectors.joining());
  }

  private static String kept(Topic topic) {
    if ("compact".equals(topic.config().get(TopicConfig.CLEANUP_POLICY_CONFIG))) {
      return "compact";
    }
    long hours =
        Long.parseLong(topic.config().getOrDefault(TopicConfig.RETENTION_MS_CONFIG, ""))
            / 3_600_000;
    return hours > 24 ? hours / 24 + "d" : hours + "h";
  }

  private static Topic topic(Deployment deployment, String name) {
    return Topics.all(deployment).stream()
        .filter(topic -> topic.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void theTimeOfAppendingCounts() {
    for (Topic topic : Topics.all(Deployment.EMBEDDED)) {
      assertEquals("LogAppendTime", topic.config().get(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG));
      assertEquals(1, topic.replicas());
    }
    assertEquals(
        Long.toString(6 * 3_600_000),
        topic(Deployment.EMBEDDED, Topics.SAMPLES).config().get(TopicConfig.RETENTION_MS_CONFIG));
  }

  @Test
  void producersLoseNothing() {
    Map<String, Object> config = Topics.producerConfig();
    assertEquals("all", config.get(ProducerConfig.ACKS_CONFIG));
    assertEquals(true, config.get(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG));
    assertEquals(1, config.get(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION));
    // Kafka's own check of names and values.
    config.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, "localhost:9092");
    config.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    config.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    assertEquals(
        "zstd", new ProducerConfig(config).getString(ProducerConfig.COMPRESSION_TYPE_CONFIG));
  }
}
