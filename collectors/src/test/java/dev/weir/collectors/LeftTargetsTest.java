package dev.weir.collectors;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weir.model.Labels;
import dev.weir.model.Tenant;
import dev.weir.schemas.RecordType;
import dev.weir.schemas.TargetState;
import dev.weir.schemas.Topics;
import dev.weir.schemas.Topics.Deployment;
import dev.weir.service.config.WeirConfig;
import dev.weir.service.kafka.KafkaSettings;
import dev.weir.service.kafka.TopicSetup;
import dev.weir.testing.Await;
import dev.weir.testing.HeldClock;
import dev.weir.testing.broker.BrokerClients;
import dev.weir.testing.broker.EmbeddedBrokerFixture;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Two collectors, `a` and `b`, and what they left in the topic.
class LeftTargetsTest {
  private static final Duration DEADLINE = Duration.ofSeconds(30);

  @TempDir private Path directory;
  private final Set<String> found = ConcurrentHashMap.newKeySet();
  private EmbeddedBrokerFixture broker;
  private BrokerClients clients;
  private KafkaSettings settings;
  private KafkaProducer<byte[], byte[]> producer;

  @BeforeEach
  void start() {
    broker = EmbeddedBrokerFixture.start(directory);
    clients = new BrokerClients(broker.bootstrapServers());
    settings =
        KafkaSettings.of(
            WeirConfig.of("weir.yml", "").kafka(),
            Deployment.EMBEDDED,
            List.of(broker.bootstrapServers()));
    TopicSetup.run(settings, DEADLINE);
    producer = clients.producer(Map.of());
    say("a", "of a, scraped", true);
    say("a", "of a, dropped", false);
    say("b", "of b, scraped", true);
    say("b", "of b, dropped", false);
    say("a", "taken over by b", true);
    say("b", "taken over by b", true);
    say("a", "deleted", true);
    delete("a", "deleted");
    send("garbage".getBytes(StandardCharsets.UTF_8), "no state".getBytes(StandardCharsets.UTF_8));
  }

  @AfterEach
  void stop() {
    clients.close();
    broker.close();
  }

  private static TargetState state(String member, String target, boolean scraped) {
    Labels labels = Labels.of("instance", "10.0.0.1:9100", "job", "node");
    return new TargetState(
        Tenant.DEFAULT,
        "node",
        target,
        member,
        labels,
        scraped
            ? Optional.of(
                new TargetState.Scraped(
                    labels,
                    "http://10.0.0.1:9100/metrics",
                    "http://10.0.0.1:9100/metrics",
                    Duration.ofSeconds(15),
                    Duration.ofSeconds(10),
                    Optional.empty()))
            : Optional.empty());
  }

  private void say(String member, String target, boolean scraped) {
    TargetState state = state(member, target, scraped);
    send(state.key(), RecordType.TARGETS.writer(Topics.TARGETS, Optional.empty()).write(state));
  }

  private void delete(String member, String target) {
    send(state(member, target, true).key(), null);
  }

  private void send(byte[] key, byte @Nullable [] value) {
    BrokerClients.get(producer.send(new ProducerRecord<>(Topics.TARGETS, key, value)));
  }

  private void look(boolean alone, HeldClock clock, Set<String> expected) {
    Map<String, String> targets =
        Map.of(
            key("of a, scraped"), "of a, scraped",
            key("of a, dropped"), "of a, dropped",
            key("of b, scraped"), "of b, scraped",
            key("of b, dropped"), "of b, dropped",
            key("taken over by b"), "taken over by b",
            key("deleted"), "deleted");
    try (LeftTargets left =
        new LeftTargets(
            new LeftTargets.Owner("a", alone),
            () -> settings.consumer("left", Map.of()),
            RecordType.TARGETS.reader(Optional.empty()),
            key ->
                found.add(
                    String.valueOf(
                        targets.get(StandardCharsets.UTF_8.decode(key.duplicate()).toString()))),
            clock)) {
      left.start();
      Await.untilPasses(() -> assertEquals(expected, found), DEADLINE);
    }
    assertEquals(expected, found);
  }

  private static String key(String target) {
    return new String(state("a", target, true).key(), StandardCharsets.UTF_8);
  }

  @Test
  void aCollectorsOwnAreLeftAndThoseOfOthersAreNot() {
    look(false, HeldClock.at(Instant.now()), Set.of("of a, scraped", "of a, dropped"));
  }

  @Test
  void whatAnotherCollectorScrapedIsLeftAfterAnHourOfSilence() {
    look(
        false,
        HeldClock.at(Instant.now().plus(Duration.ofMinutes(61))),
        Set.of("of a, scraped", "of a, dropped", "of b, scraped", "taken over by b"));
  }

  @Test
  void whereThereIsNoOtherCollectorEverythingIsLeft() {
    look(
        true,
        HeldClock.at(Instant.now()),
        Set.of(
            "of a, scraped", "of a, dropped", "of b, scraped", "of b, dropped", "taken over by b"));
  }
}
