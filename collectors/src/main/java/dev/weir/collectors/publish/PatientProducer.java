package dev.weir.collectors.publish;

import dev.weir.service.kafka.KafkaSettings;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;

/// Producers that try for as long as it takes, so that order and idempotence hold however long
/// Kafka is away. What waits is bounded by the producer's memory and by the buffer before it.
public final class PatientProducer {
  private PatientProducer() {}

  /// @param more properties, which win
  public static KafkaProducer<byte[], byte[]> of(
      KafkaSettings kafka, String clientId, Map<String, Object> more) {
    Map<String, Object> all = new HashMap<>();
    all.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, Integer.MAX_VALUE);
    all.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, Long.MAX_VALUE);
    all.putAll(more);
    return kafka.producer(clientId, all);
  }
}
