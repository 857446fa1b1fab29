package dev.weir.service.kafka;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.model.WeirException;
import dev.weir.schemas.Topic;
import dev.weir.schemas.Topics;
import dev.weir.schemas.Topics.Deployment;
import dev.weir.service.config.WeirConfig;
import dev.weir.testing.Await;
import dev.weir.testing.broker.BrokerClients;
import dev.weir.testing.broker.EmbeddedBrokerFixture;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TopicSetupTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  @TempDir private Path directory;
  private EmbeddedBrokerFixture broker;
  private BrokerClients clients;

  @BeforeEach
  void start() {
    broker = EmbeddedBrokerFixture.start(directory);
    clients = new BrokerClients(broker.bootstrapServers());
  }

  @AfterEach
  void stop() {
    clients.close();
    broker.close();
  }

  private KafkaSettings settings(String weirYaml) {
    return KafkaSettings.of(
        WeirConfig.of("weir.yml", weirYaml).kafka(),
        Deployment.EMBEDDED,
        List.of(broker.bootstrapServers()));
  }

  private String setting(String topic, String name) {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    Config config =
        requireNonNull(
            BrokerClients.get(clients.admin().describeConfigs(List.of(resource)).all())
                .get(resource));
    return requireNonNull(config.get(name)).value();
  }

  private int partitions(String topic) {
    TopicDescription description =
        requireNonNull(
            BrokerClients.get(clients.admin().describeTopics(List.of(topic)).allTopicNames())
                .get(topic));
    return description.partitions().size();
  }

  @Test
  void createsEveryTopicOnceAndKeepsIt() {
    KafkaSettings settings = settings("");
    TopicSetup.run(settings, TIMEOUT);
    TopicSetup.run(settings, TIMEOUT);
    assertEquals(
        new TreeSet<>(settings.topics().stream().map(Topic::name).toList()),
        new TreeSet<>(BrokerClients.get(clients.admin().listTopics().names())));
    assertEquals(4, partitions(Topics.SAMPLES));
    assertEquals("LogAppendTime", setting(Topics.SAMPLES, "message.timestamp.type"));
    assertEquals("compact", setting(Topics.TARGETS, "cleanup.policy"));
  }

  @Test
  void anotherNumberOfPartitionsIsRefused() {
    TopicSetup.run(settings("kafka: {partitions: 2}"), TIMEOUT);
    WeirException.BadData problem =
        assertThrows(WeirException.BadData.class, () -> TopicSetup.run(settings(""), TIMEOUT));
    assertEquals(
        """
        topic weir.samples has 2 partitions, not 4; the number is fixed when a topic is made: set \
        kafka.partitions in weir.yml to what there is, or use another cluster
        topic weir.recorded has 2 partitions, not 4; the number is fixed when a topic is made: set \
        kafka.partitions in weir.yml to what there is, or use another cluster\
        """,
        problem.getMessage());
  }

  @Test
  void moreReplicasThanBrokersAreRefused() {
    WeirException.BadData problem =
        assertThrows(
            WeirException.BadData.class,
            () -> TopicSetup.run(settings("kafka: {replication_factor: 3}"), TIMEOUT));
    assertEquals(
        "Kafka at %s has fewer brokers than the 3 replicas of topic weir.samples; set"
                .formatted(broker.bootstrapServers())
            + " kafka.replication_factor in weir.yml to what there are",
        problem.getMessage());
  }

  @Test
  void aTopicWithTheTimestampsOfItsProducersIsRefused() {
    BrokerClients.get(
        clients
            .admin()
            .createTopics(
                List.of(
                    new NewTopic(Topics.SAMPLES, 4, (short) 1)
                        .configs(Map.of("message.timestamp.type", "CreateTime"))))
            .all());
    WeirException.BadData problem =
        assertThrows(WeirException.BadData.class, () -> TopicSetup.run(settings(""), TIMEOUT));
    assertEquals(
        "topic weir.samples has message.timestamp.type=CreateTime, not LogAppendTime; change it with"
            + " kafka-configs.sh --alter --add-config message.timestamp.type=LogAppendTime",
        problem.getMessage());
  }

  @Test
  void aRetentionThatIsAskedForIsSetOnTopicsThatExist() {
    TopicSetup.run(settings(""), TIMEOUT);
    awaitRetention("21600000");
    TopicSetup.run(settings("kafka: {retention: 1h}"), TIMEOUT);
    awaitRetention("3600000");
  }

  /// A broker shows a changed setting a moment after it has taken it.
  private void awaitRetention(String millis) {
    Await.untilPasses(() -> assertEquals(millis, setting(Topics.SAMPLES, "retention.ms")), TIMEOUT);
  }

  @Test
  void aClusterThatDoesNotAnswerIsNamed() {
    KafkaSettings nowhere =
        KafkaSettings.of(WeirConfig.defaults().kafka(), Deployment.CLUSTER, List.of("localhost:1"));
    WeirException.Unavailable problem =
        assertThrows(
            WeirException.Unavailable.class, () -> TopicSetup.run(nowhere, Duration.ofMillis(300)));
    assertEquals(
        "Kafka at localhost:1 did not answer within 300ms; start it, or name another with --kafka",
        problem.getMessage());
  }

  @Test
  void propertiesCannotMakeAProducerLoseData() {
    Map<String, Object> properties =
        settings(
                "kafka: {properties: {acks: '0', linger.ms: 7,"
                    + " max.in.flight.requests.per.connection: 5}}")
            .producerProperties("weir-test");
    assertEquals("all", properties.get("acks"));
    assertEquals(1, properties.get("max.in.flight.requests.per.connection"));
    assertEquals(true, properties.get("enable.idempotence"));
    assertEquals("7", properties.get("linger.ms"));
    assertTrue(properties.containsKey("bootstrap.servers"));
  }
}
