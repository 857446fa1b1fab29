package dev.weir.service.kafka;

import static java.util.Objects.requireNonNull;

import dev.weir.schemas.Topic;
import dev.weir.schemas.Topics;
import dev.weir.schemas.Topics.Deployment;
import dev.weir.service.config.KafkaConfig;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/// Where Kafka is and how its clients and topics are made. All clients of Weir read and write raw
/// bytes; codecs stand beside them.
///
/// @param retentionGiven whether the retention was asked for, so that it is set on topics that
///   exist already
/// @param properties of Kafka's own clients; they win over what stands here, except where Weir
///   would lose data (acks, idempotence, requests in flight)
public record KafkaSettings(
    List<String> bootstrapServers,
    Deployment deployment,
    int samplePartitions,
    short replicas,
    Duration sampleRetention,
    boolean retentionGiven,
    Map<String, String> properties) {
  private static final List<String> DEFAULT_ADDRESS = List.of("localhost:9092");

  public KafkaSettings {
    bootstrapServers = List.copyOf(bootstrapServers);
    requireNonNull(deployment, "deployment");
    requireNonNull(sampleRetention, "sampleRetention");
    properties = Map.copyOf(properties);
  }

  /// What a configuration says, with the defaults of a deployment.
  ///
  /// @param bootstrapServers as `host:port`; those of the embedded broker or the flag `--kafka`
  public static KafkaSettings of(
      KafkaConfig config, Deployment deployment, List<String> bootstrapServers) {
    return new KafkaSettings(
        bootstrapServers,
        deployment,
        config.partitions().orElse(deployment.samplePartitions()),
        config.replicationFactor().map(Integer::shortValue).orElse(deployment.replicas()),
        config.retention().orElse(deployment.sampleRetention()),
        config.retention().isPresent() || deployment == Deployment.EMBEDDED,
        config.properties());
  }

  /// The cluster that a configuration names, or the one on this machine.
  public static KafkaSettings ofCluster(KafkaConfig config) {
    return of(config, Deployment.CLUSTER, config.bootstrapServers().orElse(DEFAULT_ADDRESS));
  }

  /// The topics as they have to be.
  public List<Topic> topics() {
    return Topics.all(deployment, samplePartitions, replicas, sampleRetention);
  }

  /// The brokers as one text, for messages.
  public String address() {
    return String.join(",", bootstrapServers);
  }

  /// Properties of an idempotent producer that waits for all replicas and has one request in
  /// flight.
  ///
  /// @param clientId for the broker's logs and metrics
  public Map<String, Object> producerProperties(String clientId) {
    Map<String, Object> producer = Topics.producerConfig();
    Map<String, Object> all = common(clientId, producer);
    for (String kept :
        List.of("acks", "enable.idempotence", "max.in.flight.requests.per.connection")) {
      all.put(kept, producer.get(kept));
    }
    return all;
  }

  /// Properties of a consumer that commits nothing by itself and reads no aborted record.
  public Map<String, Object> consumerProperties(String clientId) {
    return common(
        clientId,
        Map.of(
            ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
            false,
            ConsumerConfig.ISOLATION_LEVEL_CONFIG,
            "read_committed",
            ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
            "none"));
  }

  private Map<String, Object> common(String clientId, Map<String, Object> own) {
    Map<String, Object> all = new HashMap<>(own);
    all.putAll(properties);
    all.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, address());
    all.put(CommonClientConfigs.CLIENT_ID_CONFIG, clientId);
    return all;
  }

  /// @param more properties for this producer, which win
  public KafkaProducer<byte[], byte[]> producer(String clientId, Map<String, Object> more) {
    Map<String, Object> all = producerProperties(clientId);
    all.putAll(more);
    return new KafkaProducer<>(all, new ByteArraySerializer(), new ByteArraySerializer());
  }

  /// @param more properties for this consumer, such as its group, which win
  public KafkaConsumer<byte[], byte[]> consumer(String clientId, Map<String, Object> more) {
    Map<String, Object> all = consumerProperties(clientId);
    all.putAll(more);
    return new KafkaConsumer<>(all, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  public Admin admin(String clientId) {
    return Admin.create(common(clientId, Map.of()));
  }
}
