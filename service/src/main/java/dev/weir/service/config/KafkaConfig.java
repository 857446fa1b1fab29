package dev.weir.service.config;

import static dev.weir.service.config.SettingType.POSITIVE_DURATION;
import static dev.weir.service.config.SettingType.PROPERTIES;
import static dev.weir.service.config.SettingType.TEXTS;
import static dev.weir.service.config.SettingType.integer;

import dev.weir.schemas.Topics.Deployment;
import dev.weir.yaml.ConfigSection;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The `kafka` section of `weir.yml`: where Kafka is, and how topics are made.
///
/// @param bootstrapServers absent: the embedded broker, or localhost:9092 where there is none
/// @param properties handed to every client of Kafka as they are
public record KafkaConfig(
    Optional<List<String>> bootstrapServers,
    Optional<Integer> partitions,
    Optional<Integer> replicationFactor,
    Optional<Duration> retention,
    Map<String, String> properties) {
  private static final Setting<Optional<List<String>>> BOOTSTRAP_SERVERS =
      new Setting<>(
          "bootstrap_servers",
          TEXTS.optional(),
          Optional.empty(),
          "the embedded broker, or localhost:9092 for a single role",
          "Brokers to ask for the cluster, as `host:port`. The flag `--kafka` wins.");

  private static final Setting<Optional<Integer>> PARTITIONS =
      new Setting<>(
          "partitions",
          integer(1, 10_000).optional(),
          Optional.empty(),
          "4 with the embedded broker, 32 on a cluster",
          "Partitions of `weir.samples` and `weir.recorded`. Fixed when the topics are made; a"
              + " different number of an existing topic is refused.");

  private static final Setting<Optional<Integer>> REPLICATION_FACTOR =
      new Setting<>(
          "replication_factor",
          integer(1, 100).optional(),
          Optional.empty(),
          "1 with the embedded broker, 3 on a cluster",
          "Replicas of each topic that Weir makes.");

  static final Setting<Optional<Duration>> RETENTION =
      new Setting<>(
          "retention",
          POSITIVE_DURATION.optional(),
          Optional.empty(),
          "6h with the embedded broker, 1d on a cluster",
          "How long `weir.samples` and `weir.recorded` keep records: the time that a sink may be"
              + " away. More than `storage.flush_interval`: what Kafka deletes before it is in a block is"
              + " lost.");

  private static final Setting<Map<String, String>> PROPERTIES_SETTING =
      Setting.of(
          "properties",
          PROPERTIES,
          Map.of(),
          "Settings of Kafka's own clients, such as `security.protocol`, handed to them as they"
              + " are.");

  public static final SettingGroup GROUP =
      new SettingGroup(
          "kafka",
          "Where Kafka is and how topics are made.",
          List.of(
              BOOTSTRAP_SERVERS, PARTITIONS, REPLICATION_FACTOR, RETENTION, PROPERTIES_SETTING));

  public KafkaConfig {
    bootstrapServers = bootstrapServers.map(List::copyOf);
    properties = Map.copyOf(properties);
  }

  /// How long topics keep samples, or the least that it may be where nothing is said: who has no
  /// cluster in the configuration may have one named by a flag.
  Duration keptAtLeast() {
    Deployment deployment = bootstrapServers.isPresent() ? Deployment.CLUSTER : Deployment.EMBEDDED;
    return retention.orElse(deployment.sampleRetention());
  }

  static KafkaConfig read(ConfigSection section) {
    return new KafkaConfig(
        BOOTSTRAP_SERVERS.read(section),
        PARTITIONS.read(section),
        REPLICATION_FACTOR.read(section),
        RETENTION.read(section),
        PROPERTIES_SETTING.read(section));
  }
}
