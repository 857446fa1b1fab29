package dev.weir.schemas;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.TopicConfig;

/// The topics of Weir and their settings.
///
/// | topic | key | kept |
/// |---|---|---|
/// | [#SAMPLES] | tenant and partition key | 6 h embedded, 24 h on a cluster |
/// | [#RECORDED] | the same, same partition count | the same |
/// | [#ALERTS] | tenant and alert fingerprint | 31 d |
/// | [#METADATA] | tenant and metric | compacted |
/// | [#TARGETS] | tenant, scrape pool and target | compacted |
/// | [#RULES] | tenant and group | compacted |
/// | [#MEMBERS] | role and member | compacted |
/// | [#SILENCES] | tenant and silence | compacted |
/// | [#NOTIFICATIONS] | tenant, group key and receiver | compacted |
/// | [#DEAD_LETTERS] | source topic, partition, offset | 7 d |
///
/// All use LogAppendTime: event time is in the record, so old rows from a spool do not expire at
/// once.
public final class Topics {
  public static final String SAMPLES = "weir.samples";
  public static final String RECORDED = "weir.recorded";
  public static final String ALERTS = "weir.alerts";
  public static final String METADATA = "weir.metadata";
  public static final String TARGETS = "weir.targets";
  public static final String RULES = "weir.rules";
  public static final String MEMBERS = "weir.members";
  public static final String SILENCES = "weir.silences";
  public static final String NOTIFICATIONS = "weir.notifications";
  public static final String DEAD_LETTERS = "weir.dead-letters";

  /// The largest record and batch: the layout of a slice of 2,000 series with long labels fits
  /// several times.
  public static final int MAX_RECORD_BYTES = 8 << 20;

  private static final Duration SEGMENT = Duration.ofMinutes(30);
  private static final Duration COMPACTED_SEGMENT = Duration.ofHours(1);
  private static final long EMBEDDED_SEGMENT_BYTES = 64L << 20;
  private static final long COMPACTED_SEGMENT_BYTES = 16L << 20;

  /// Where the topics live, which decides their sizes.
  public enum Deployment {
    /// One broker in this process: 4 partitions of samples, one replica.
    EMBEDDED(4, (short) 1, Duration.ofHours(6)),
    /// A Kafka cluster: 32 partitions of samples, three replicas of which two must answer.
    CLUSTER(32, (short) 3, Duration.ofHours(24));

    private final int samplePartitions;
    private final short replicas;
    private final Duration sampleRetention;

    Deployment(int samplePartitions, short replicas, Duration sampleRetention) {
      this.samplePartitions = samplePartitions;
      this.replicas = replicas;
      this.sampleRetention = sampleRetention;
    }

    public int samplePartitions() {
      return samplePartitions;
    }

    public short replicas() {
      return replicas;
    }

    public Duration sampleRetention() {
      return sampleRetention;
    }
  }

  private Topics() {}

  /// All topics with the deployment's own sizes.
  public static List<Topic> all(Deployment deployment) {
    return all(
        deployment,
        deployment.samplePartitions(),
        deployment.replicas(),
        deployment.sampleRetention());
  }

  /// All topics.
  ///
  /// @param samplePartitions of [#SAMPLES] and [#RECORDED], which always have equally many
  /// @param replicas replication factor of every topic
  /// @param sampleRetention how long [#SAMPLES] and [#RECORDED] are kept
  public static List<Topic> all(
      Deployment deployment, int samplePartitions, short replicas, Duration sampleRetention) {
    int statePartitions = deployment == Deployment.EMBEDDED ? 1 : 4;
    int notificationPartitions = deployment == Deployment.EMBEDDED ? 1 : 8;
    Sizes sizes = new Sizes(deployment, replicas);
    return List.of(
        sizes.kept(SAMPLES, samplePartitions, sampleRetention),
        sizes.kept(RECORDED, samplePartitions, sampleRetention),
        sizes.kept(ALERTS, statePartitions, Duration.ofDays(31)),
        sizes.compacted(METADATA, statePartitions),
        sizes.compacted(TARGETS, statePartitions),
        sizes.compacted(RULES, 1),
        sizes.compacted(MEMBERS, 1),
        sizes.compacted(SILENCES, 1),
        sizes.compacted(NOTIFICATIONS, notificationPartitions),
        sizes.kept(DEAD_LETTERS, 1, Duration.ofDays(7)));
  }

  /// What producers of Weir's topics set, beside where the brokers are: nothing is lost
  /// (idempotent, all replicas, one request at a time), and what waits briefly to be sent together
  /// compresses together. `docs/decisions/0013-one-request-in-flight.md` says why one request,
  /// `docs/decisions/0021-compression-of-samples.md` has the measurements of compression.
  public static Map<String, Object> producerConfig() {
    Map<String, Object> config = new LinkedHashMap<>();
    config.put(ProducerConfig.ACKS_CONFIG, "all");
    config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    // More in flight can lose the first batch to a partition that has just got its leader.
    config.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1);
    config.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "zstd");
    config.put(ProducerConfig.COMPRESSION_ZSTD_LEVEL_CONFIG, 1);
    config.put(ProducerConfig.LINGER_MS_CONFIG, 50);
    config.put(ProducerConfig.BATCH_SIZE_CONFIG, 256 << 10);
    config.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, MAX_RECORD_BYTES);
    return config;
  }

  private record Sizes(Deployment deployment, short replicas) {

    Topic kept(String name, int partitions, Duration retention) {
      Map<String, String> config = common();
      config.put(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_DELETE);
      config.put(TopicConfig.RETENTION_MS_CONFIG, Long.toString(retention.toMillis()));
      config.put(TopicConfig.SEGMENT_MS_CONFIG, Long.toString(SEGMENT.toMillis()));
      if (deployment == Deployment.EMBEDDED) {
        config.put(TopicConfig.SEGMENT_BYTES_CONFIG, Long.toString(EMBEDDED_SEGMENT_BYTES));
      }
      return new Topic(name, partitions, replicas, config);
    }

    Topic compacted(String name, int partitions) {
      Map<String, String> config = common();
      config.put(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT);
      config.put(TopicConfig.SEGMENT_MS_CONFIG, Long.toString(COMPACTED_SEGMENT.toMillis()));
      config.put(TopicConfig.SEGMENT_BYTES_CONFIG, Long.toString(COMPACTED_SEGMENT_BYTES));
      config.put(TopicConfig.MIN_CLEANABLE_DIRTY_RATIO_CONFIG, "0.3");
      return new Topic(name, partitions, replicas, config);
    }

    private Map<String, String> common() {
      Map<String, String> config = new LinkedHashMap<>();
      config.put(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, "LogAppendTime");
      // Batches stay as their producer compressed them.
      config.put(TopicConfig.COMPRESSION_TYPE_CONFIG, "producer");
      config.put(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(MAX_RECORD_BYTES));
      config.put(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG, replicas > 2 ? "2" : "1");
      return config;
    }
  }
}
