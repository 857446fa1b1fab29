package dev.weir.streams;

import dev.weir.schemas.Topics;
import dev.weir.service.kafka.KafkaSettings;
import dev.weir.streams.partial.PartialFormat;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.streams.StreamsConfig;

/// What Kafka Streams is told.
final class StreamsProperties {
  /// How long a thread waits for records before it looks at its clock.
  private static final int POLL_MILLIS = 50;

  /// A commit sends all that lies there, and nobody reads it before. What is sent earlier costs a
  /// request, and another that adds the partition to the transaction: so this is longer than
  /// transactions last.
  private static final String LINGER_MILLIS = "2000";

  /// A transaction touches many partitions with little for each, and each holds a batch of the
  /// buffer until the commit.
  private static final int BATCH_BYTES = 32 << 10;

  /// Tasks ask for the commit of their results, see `CommitPace`. Without results a commit only
  /// says how far was read, and need not come more often than transactions must end.
  private static final int COMMITS_PER_TRANSACTION_TIMEOUT = 6;

  private static final int HEARTBEATS_PER_SESSION = 4;
  private static final long INTERNAL_TOPIC_BYTES = 2L * PartialFormat.MAX_BYTES;

  private StreamsProperties() {}

  static Properties of(RulesSettings settings, KafkaSettings kafka, String member) {
    Properties all = new Properties();
    all.putAll(kafka.properties());
    all.put(StreamsConfig.APPLICATION_ID_CONFIG, settings.applicationId());
    all.put(StreamsConfig.CLIENT_ID_CONFIG, settings.applicationId() + "-" + member);
    all.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.address());
    all.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    all.put(StreamsConfig.STATE_DIR_CONFIG, settings.stateDirectory().toString());
    all.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, settings.config().threads());
    all.put(StreamsConfig.NUM_STANDBY_REPLICAS_CONFIG, settings.standbys());
    all.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, (int) kafka.replicas());
    all.put(
        StreamsConfig.COMMIT_INTERVAL_MS_CONFIG,
        settings.config().transactionTimeout().toMillis() / COMMITS_PER_TRANSACTION_TIMEOUT);
    all.put(StreamsConfig.POLL_MS_CONFIG, POLL_MILLIS);
    all.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, BoundedRocksDb.class.getName());
    int session = Math.toIntExact(settings.config().sessionTimeout().toMillis());
    all.put(consumer(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG), session);
    all.put(
        consumer(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG), session / HEARTBEATS_PER_SESSION);
    Topics.producerConfig().forEach((name, value) -> all.put(producer(name), value));
    all.put(
        producer(ProducerConfig.LINGER_MS_CONFIG),
        kafka.properties().getOrDefault(ProducerConfig.LINGER_MS_CONFIG, LINGER_MILLIS));
    all.put(producer(ProducerConfig.BATCH_SIZE_CONFIG), BATCH_BYTES);
    // The bound is on what is not compressed yet; the topic's is on what is.
    all.put(producer(ProducerConfig.MAX_REQUEST_SIZE_CONFIG), (int) INTERNAL_TOPIC_BYTES);
    // What is larger than the buffer is refused, whatever a request may have.
    all.put(producer(ProducerConfig.BUFFER_MEMORY_CONFIG), INTERNAL_TOPIC_BYTES);
    all.put(
        producer(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG),
        Math.toIntExact(settings.config().transactionTimeout().toMillis()));
    all.put(
        StreamsConfig.topicPrefix(TopicConfig.MAX_MESSAGE_BYTES_CONFIG),
        Long.toString(INTERNAL_TOPIC_BYTES));
    all.put(
        StreamsConfig.topicPrefix(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG),
        kafka.replicas() > 2 ? "2" : "1");
    return all;
  }

  private static String consumer(String name) {
    return StreamsConfig.mainConsumerPrefix(name);
  }

  private static String producer(String name) {
    return StreamsConfig.producerPrefix(name);
  }
}
