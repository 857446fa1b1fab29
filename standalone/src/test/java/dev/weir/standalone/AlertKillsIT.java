package dev.weir.standalone;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.broker.FreePorts;
import dev.weir.model.Labels;
import dev.weir.model.Tenant;
import dev.weir.schemas.AlertTransition;
import dev.weir.schemas.RecordType;
import dev.weir.schemas.RuleGroupRecord;
import dev.weir.schemas.Topics;
import dev.weir.schemas.wire.RecordReader;
import dev.weir.testing.Await;
import dev.weir.testing.GroupRow;
import dev.weir.testing.ServerProcess;
import dev.weir.testing.WebhookServer;
import dev.weir.testing.broker.BrokerClients;
import dev.weir.testing.broker.SampleProducer;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Two processes that evaluate rules and two that tell of alerts, one of the four killed again and
/// again while instances go down and come up. Each instance goes down once, so that three
/// transitions and two messages are expected of each: pending, firing (told), resolved (told).
///
/// Samples are written before their time, so that the times of all transitions are known.
class AlertKillsIT {
  private static final Duration DEADLINE = Duration.ofMinutes(4);
  private static final int KILLS = Integer.getInteger("weir.kills", 2);
  private static final long SEED = Long.getLong("weir.seed", 20_260_301);
  private static final int INSTANCES_A_KILL = 6;
  private static final long AHEAD_MILLIS = 5_000;
  private static final long INTERVAL_MILLIS = 2_000;
  private static final long FOR_MILLIS = 4_000;

  /// A killed process is missed after 6 s, as are its transactions.
  private static final Duration REPLACED = Duration.ofSeconds(15);

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path folder = Path.of("");
  private final int kafkaPort = FreePorts.next();
  private final WebhookServer webhook = new WebhookServer();
  private final HttpClient http = HttpClient.newHttpClient();
  private final List<ServerProcess> processes = new ArrayList<>();
  private final Map<String, Long> down = new TreeMap<>();
  private final Map<String, Long> up = new TreeMap<>();

  @BeforeEach
  void configure() throws IOException {
    configure("");
    Files.writeString(folder.resolve("prometheus.yml"), "rule_files: [node.yml]\n");
    Files.writeString(
        folder.resolve("node.yml"),
        """
        groups:
          - name: node
            interval: %ds
            rules:
              - alert: InstanceDown
                expr: up == 0
                for: %ds
        """
            .formatted(INTERVAL_MILLIS / 1000, FOR_MILLIS / 1000));
    Files.writeString(
        folder.resolve("alertmanager.yml"),
        """
        route:
          receiver: on-call
          group_by: ['...']
          group_wait: 0s
          group_interval: 1s
          repeat_interval: 1h
        receivers:
          - name: on-call
            webhook_configs: [{url: "%s"}]
        """
            .formatted(webhook.url("/page")));
  }

  /// @param settings further ones of the section `rules`
  private void configure(String settings) throws IOException {
    Files.writeString(
        folder.resolve("weir.yml"),
        "kafka: {partitions: 2, replication_factor: 1}\nrules: {default_rules: false%s}\n"
            .formatted(settings));
  }

  @AfterEach
  void stop() {
    processes.reversed().stream().filter(ServerProcess::isAlive).forEach(ServerProcess::kill);
    http.close();
    webhook.close();
  }

  /// With the settings that Weir comes with.
  @Test
  void theOtherProcessGoesOnSoon() {
    processes.add(Release.startBroker(folder, kafkaPort, Map.of()));
    List<RoleProcess> members = List.of(member("rules"), member("rules"));
    members.forEach(RoleProcess::awaitReady);
    try (BrokerClients clients = new BrokerClients("127.0.0.1:" + kafkaPort)) {
      SampleProducer producer = new SampleProducer(clients.producer(Map.of()));
      for (RoleProcess victim : members) {
        // One instance a partition, roughly: whoever goes on has both to take over.
        List<String> wave = new ArrayList<>();
        for (int i = 0; i < INSTANCES_A_KILL; i++) {
          wave.add("db-%d:9100".formatted(down.size() + i));
        }
        write(producer, wave, 0, down);
        victim.kill();
        Instant killed = Instant.now();
        awaitTransitions(clients, wave, "PENDING");
        Duration gap = Duration.between(killed, Instant.now());
        System.getLogger("kills")
            .log(System.Logger.Level.INFO, "the other process has gone on after {0}", gap);
        assertTrue(gap.compareTo(REPLACED) < 0, gap::toString);
        victim.killAndStart(true);
        victim.awaitReady();
        awaitTransitions(clients, wave, "FIRING");
      }
      List<String> expected = expectedTransitions(firstMillis(clients));
      assertEquals(
          new Counts(expected.size(), List.of(), List.of()),
          Counts.of(expected, transitions(clients)));
    }
  }

  private RoleProcess member(String role) {
    return new RoleProcess(new RoleProcess.Surroundings(folder, kafkaPort, http, processes), role);
  }

  private static void awaitTransitions(
      BrokerClients clients, List<String> instances, String state) {
    Await.until(
        () -> {
          List<String> all = transitions(clients);
          return instances.stream()
              .allMatch(
                  instance -> all.stream().anyMatch(one -> one.startsWith(instance + " " + state)));
        },
        DEADLINE,
        () -> "%s of %s; there are %s".formatted(state, instances, transitions(clients)));
  }

  @Test
  void killedMembersMissNothing() throws IOException {
    configure(", partition_wait: 1m, session_timeout: 2s, transaction_timeout: 3s");
    processes.add(
        Release.startBroker(folder, kafkaPort, Map.of("group.min.session.timeout.ms", "500")));
    List<RoleProcess> members =
        List.of(member("rules"), member("rules"), member("alerting"), member("alerting"));
    members.forEach(RoleProcess::awaitReady);
    Random random = new Random(SEED);
    Instant begin = Instant.now();
    try (BrokerClients clients = new BrokerClients("127.0.0.1:" + kafkaPort)) {
      SampleProducer producer = new SampleProducer(clients.producer(Map.of()));
      for (int kill = 0; kill < KILLS; kill++) {
        List<String> wave = new ArrayList<>();
        for (int i = 0; i < INSTANCES_A_KILL; i++) {
          wave.add("db-%d:9100".formatted(kill * INSTANCES_A_KILL + i));
        }
        write(producer, wave, 0, down);
        // While they are up, pending, fire, are told of.
        Await.timeToPass(Duration.ofMillis(random.nextInt(12_000)));
        RoleProcess victim = members.get(random.nextInt(members.size()));
        victim.killAndStart(random.nextBoolean());
        awaitMessages(wave, "firing");
        write(producer, wave, 1, up);
        victim.awaitReady();
      }
      awaitMessages(down.keySet(), "resolved");
      // What was doubled has come by now, as each member has told of something since.
      List<String> expected = expectedTransitions(firstMillis(clients));
      Counts transitions = Counts.of(expected, transitions(clients));
      List<String> wanted = expectedMessages(expected);
      Counts messages = Counts.of(wanted, messages());
      System.getLogger("kills")
          .log(
              System.Logger.Level.INFO,
              "seed {0}: {1} kills in {2} s; transitions: {3}; messages: {4}",
              Long.toString(SEED),
              KILLS,
              Duration.between(begin, Instant.now()).toSeconds(),
              transitions,
              messages);
      assertEquals(new Counts(expected.size(), List.of(), List.of()), transitions);
      assertEquals(List.of(), messages.missed());
      // Nobody was told what was not to be told.
      assertTrue(wanted.containsAll(messages.doubled()), messages::toString);
      // A kill can double what was being sent at that moment, and nothing else.
      assertTrue(messages.doubled().size() <= KILLS * INSTANCES_A_KILL, messages::toString);
    }
  }

  /// Writes `up` of instances, from some time ahead on.
  private void write(
      SampleProducer producer, List<String> instances, double value, Map<String, Long> from) {
    long timestampMillis = System.currentTimeMillis() + AHEAD_MILLIS;
    List<GroupRow> rows = new ArrayList<>();
    for (String instance : instances) {
      from.put(instance, timestampMillis);
      Labels series = Labels.of("__name__", "up", "job", "node", "instance", instance);
      rows.addAll(
          GroupRow.of(Tenant.DEFAULT, List.of(GroupRow.Sample.of(series, timestampMillis, value))));
    }
    producer.push(rows);
    assertTrue(System.currentTimeMillis() < timestampMillis, "written before its time");
  }

  private void awaitMessages(Collection<String> instances, String status) {
    Await.until(
        () -> {
          Set<String> told =
              messages().stream()
                  .filter(message -> message.contains(status))
                  .map(message -> message.substring(0, message.indexOf(' ')))
                  .collect(Collectors.toSet());
          return told.containsAll(instances);
        },
        DEADLINE,
        () -> "messages of %s for %s; there are %s".formatted(status, instances, messages()));
  }

  /// What was told, as "instance status startsAt".
  private List<String> messages() {
    return webhook.bodies("/page").stream().map(AlertKillsIT::message).toList();
  }

  private static String message(String body) {
    try {
      JsonNode alerts = JSON.readTree(body).path("alerts");
      assertEquals(1, alerts.size(), body);
      JsonNode alert = alerts.get(0);
      return message(
          alert.path("labels").path("instance").asText(),
          alert.path("status").asText(),
          Instant.parse(alert.path("startsAt").asText()).toEpochMilli());
    } catch (IOException e) {
      throw new AssertionError(body, e);
    }
  }

  private static String message(String instance, String status, long startsAtMillis) {
    return "%s %s %d".formatted(instance, status, startsAtMillis);
  }

  /// What is to be told: every transition but the first.
  private List<String> expectedMessages(List<String> expectedTransitions) {
    return expectedTransitions.stream()
        .filter(transition -> !transition.contains("PENDING"))
        .map(transition -> transition.split(" "))
        .map(
            parts -> message(parts[0], parts[1].toLowerCase(Locale.ROOT), Long.parseLong(parts[2])))
        .toList();
  }

  /// The group's evaluations are at this time and every interval from it.
  private static long firstMillis(BrokerClients clients) {
    RecordReader<RuleGroupRecord> reader = RecordType.RULES.reader(Optional.empty());
    return clients.readAll(Topics.RULES, "read_committed").stream()
        .map(record -> reader.read(record.value()).body())
        .filter(RuleGroupRecord.Definition.class::isInstance)
        .map(RuleGroupRecord.Definition.class::cast)
        .mapToLong(RuleGroupRecord.Definition::firstMillis)
        .findFirst()
        .orElseThrow();
  }

  private static long evaluationFrom(long firstMillis, long timestampMillis) {
    long intervals = Math.ceilDiv(timestampMillis - firstMillis, INTERVAL_MILLIS);
    return firstMillis + intervals * INTERVAL_MILLIS;
  }

  /// As "instance state startsAt evaluatedAt".
  private List<String> expectedTransitions(long firstMillis) {
    List<String> expected = new ArrayList<>();
    down.forEach((instance, downMillis) -> {
      long activeAt = evaluationFrom(firstMillis, downMillis);
      long startsAt = activeAt + FOR_MILLIS;
      expected.add("%s PENDING 0 %d".formatted(instance, activeAt));
      expected.add("%s FIRING %d %d".formatted(instance, startsAt, startsAt));
      Long upMillis = up.get(instance);
      if (upMillis != null) {
        long endsAt = evaluationFrom(firstMillis, upMillis);
        expected.add("%s RESOLVED %d %d".formatted(instance, startsAt, endsAt));
      }
    });
    return expected;
  }

  private static List<String> transitions(BrokerClients clients) {
    RecordReader<AlertTransition> reader = RecordType.ALERTS.reader(Optional.empty());
    return clients.readAll(Topics.ALERTS, "read_committed").stream()
        .map(record -> reader.read(record.value()))
        .map(one ->
            "%s %s %d %d"
                .formatted(
                    one.labels().get("instance"),
                    one.state(),
                    one.startsAt().map(Instant::toEpochMilli).orElse(0L),
                    one.evaluatedAt().toEpochMilli()))
        .toList();
  }

  /// @param missed expected and not there
  /// @param doubled there once too often, or not expected at all
  private record Counts(int expected, List<String> missed, List<String> doubled) {
    static Counts of(List<String> expected, List<String> actual) {
      return new Counts(expected.size(), without(expected, actual), without(actual, expected));
    }

    private static List<String> without(List<String> some, List<String> others) {
      List<String> left = new ArrayList<>(some);
      others.forEach(left::remove);
      return left;
    }

    @Override
    public String toString() {
      return "%d expected, %d missed %s, %d doubled %s"
          .formatted(expected, missed.size(), missed, doubled.size(), doubled);
    }
  }
}
