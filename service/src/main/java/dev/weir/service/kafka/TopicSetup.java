package dev.weir.service.kafka;

import static java.util.Objects.requireNonNull;

import dev.weir.model.DurationText;
import dev.weir.model.WeirException;
import dev.weir.schemas.Topic;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Creates the topics that are missing and checks those that are there. Every role does so when it
/// starts; several at once do no harm.
///
/// Refused is a topic with another number of partitions (the number decides where a series is),
/// with timestamps of its producers (old rows would expire at once), or with another clean-up. The
/// retention of an existing topic is set anew where it was asked for.
public final class TopicSetup {
  private static final Logger log = LoggerFactory.getLogger(TopicSetup.class);

  private static final long PAUSE_NANOS = Duration.ofMillis(50).toNanos();

  /// Settings that have to be as they are.
  private static final List<String> FIXED =
      List.of(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, TopicConfig.CLEANUP_POLICY_CONFIG);

  private final KafkaSettings settings;
  private final Admin admin;
  private final Duration timeout;

  private TopicSetup(KafkaSettings settings, Admin admin, Duration timeout) {
    this.settings = settings;
    this.admin = admin;
    this.timeout = timeout;
  }

  /// Makes all topics as the settings say.
  ///
  /// @param timeout how long Kafka may take to answer
  /// @throws WeirException.Unavailable if it does not
  /// @throws WeirException.BadData with every topic that is not as it has to be, one a line
  public static void run(KafkaSettings settings, Duration timeout) {
    Admin admin = settings.admin("weir-topic-setup");
    try {
      new TopicSetup(settings, admin, timeout).run();
    } finally {
      // Calls that still wait for an answer are given up.
      admin.close(Duration.ZERO);
    }
  }

  private void run() {
    Set<String> existing = get(admin.listTopics().names());
    create(settings.topics().stream().filter(topic -> !existing.contains(topic.name())).toList());
    Instant deadline = Instant.now().plus(timeout);
    while (!check(settings.topics())) {
      // What was just made is not known to every broker at once.
      if (Instant.now().isAfter(deadline)) {
        throw new WeirException.Unavailable(
            "Kafka at %s did not show all topics within %s of their creation; look into its log"
                .formatted(settings.address(), DurationText.format(timeout.toMillis())));
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  private void create(List<Topic> missing) {
    List<NewTopic> requests =
        missing.stream()
            .map(topic ->
                new NewTopic(topic.name(), topic.partitions(), topic.replicas())
                    .configs(topic.config()))
            .toList();
    Map<String, KafkaFuture<Void>> answers = admin.createTopics(requests).values();
    for (Topic topic : missing) {
      try {
        get(requireNonNull(answers.get(topic.name())));
        log.info(
            "created topic {} with {} partitions and {} replicas",
            topic.name(),
            topic.partitions(),
            topic.replicas());
      } catch (WeirException.Internal e) {
        if (e.getCause() instanceof InvalidReplicationFactorException) {
          throw new WeirException.BadData(
              "Kafka at %s has fewer brokers than the %d replicas of topic %s; set"
                      .formatted(settings.address(), topic.replicas(), topic.name())
                  + " kafka.replication_factor in weir.yml to what there are",
              e);
        }
        if (!(e.getCause() instanceof TopicExistsException)) {
          throw e;
        }
        log.debug("another role made topic {} first", topic.name());
      }
    }
  }

  /// Whether all topics could be looked at.
  ///
  /// @throws WeirException.BadData with every topic that is not as it has to be
  private boolean check(List<Topic> topics) {
    try {
      checkAll(topics);
      return true;
    } catch (WeirException.Internal e) {
      if (e.getCause() instanceof UnknownTopicOrPartitionException) {
        return false;
      }
      throw e;
    }
  }

  private void checkAll(List<Topic> topics) {
    List<String> names = topics.stream().map(Topic::name).toList();
    Map<String, TopicDescription> descriptions = get(admin.describeTopics(names).allTopicNames());
    Map<ConfigResource, Config> configs =
        get(admin.describeConfigs(names.stream().map(TopicSetup::resource).toList()).all());
    List<String> problems = new ArrayList<>();
    for (Topic topic : topics) {
      int partitions = requireNonNull(descriptions.get(topic.name())).partitions().size();
      if (partitions != topic.partitions()) {
        problems.add(otherPartitions(topic, partitions));
      }
      Config config = requireNonNull(configs.get(resource(topic.name())));
      for (String name : FIXED) {
        checkFixed(topic, name, value(config, name), problems);
      }
      if (settings.retentionGiven()) {
        setRetention(topic, value(config, TopicConfig.RETENTION_MS_CONFIG));
      }
    }
    if (!problems.isEmpty()) {
      throw new WeirException.BadData(String.join("\n", problems));
    }
  }

  private static ConfigResource resource(String topic) {
    return new ConfigResource(ConfigResource.Type.TOPIC, topic);
  }

  private static String value(Config config, String name) {
    ConfigEntry entry = config.get(name);
    return entry == null || entry.value() == null ? "" : entry.value();
  }

  private String otherPartitions(Topic topic, int partitions) {
    return "topic %s has %d partitions, not %d; the number is fixed when a topic is made: set"
            .formatted(topic.name(), partitions, topic.partitions())
        + " kafka.partitions in weir.yml to what there is, or use another cluster";
  }

  private static void checkFixed(Topic topic, String name, String value, List<String> problems) {
    String wanted = topic.config().getOrDefault(name, value);
    if (!wanted.equals(value)) {
      problems.add(
          "topic %s has %s=%s, not %s; change it with kafka-configs.sh --alter --add-config %s=%s"
              .formatted(topic.name(), name, value, wanted, name, wanted));
    }
  }

  private void setRetention(Topic topic, String present) {
    String name = TopicConfig.RETENTION_MS_CONFIG;
    String wanted = topic.config().getOrDefault(name, present);
    if (!wanted.equals(present)) {
      AlterConfigOp change =
          new AlterConfigOp(new ConfigEntry(name, wanted), AlterConfigOp.OpType.SET);
      get(admin.incrementalAlterConfigs(Map.of(resource(topic.name()), List.of(change))).all());
      log.info("topic {} keeps records {} ms now, not {} ms", topic.name(), wanted, present);
    }
  }

  private <T> T get(KafkaFuture<T> answer) {
    try {
      return answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      Throwable cause = requireNonNull(e.getCause());
      if (cause instanceof org.apache.kafka.common.errors.TimeoutException) {
        throw noAnswer(cause);
      }
      throw new WeirException.Internal(
          "Kafka at %s refuses to prepare topics: %s"
              .formatted(settings.address(), cause.getMessage()),
          cause);
    } catch (TimeoutException e) {
      throw noAnswer(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new WeirException.Canceled(
          "interrupted while preparing topics: "
              + settings.topics().stream().map(Topic::name).collect(Collectors.joining(", ")));
    }
  }

  private WeirException noAnswer(Throwable cause) {
    return new WeirException.Unavailable(
        "Kafka at %s did not answer within %s; start it, or name another with --kafka"
            .formatted(settings.address(), DurationText.format(timeout.toMillis())),
        cause);
  }
}
