package dev.weir.standalone;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.broker.FreePorts;
import dev.weir.model.Labels;
import dev.weir.rules.RuleGroup;
import dev.weir.rules.file.RuleFile;
import dev.weir.rules.file.RuleFileSettings;
import dev.weir.schemas.RecordType;
import dev.weir.schemas.RuleGroupRecord;
import dev.weir.schemas.Topics;
import dev.weir.schemas.wire.RecordReader;
import dev.weir.testing.Await;
import dev.weir.testing.ServerProcess;
import dev.weir.testing.broker.BrokerClients;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Two processes that evaluate rules over live samples are killed, stopped and started at random,
/// one or both, with or without their state. Afterwards what they recorded and told of alerts is,
/// sample for sample and bit for bit, what a batch evaluation of the same topics gives.
///
/// `-Dweir.rules.minutes` says for how long, `-Dweir.seed` another course of events.
class RulesKillsIT {
  private static final Duration DEADLINE = Duration.ofMinutes(5);
  private static final int MINUTES = Integer.getInteger("weir.rules.minutes", 0);
  private static final long SEED = Long.getLong("weir.seed", 20_260_301);
  private static final Duration RUN =
      MINUTES == 0 ? Duration.ofSeconds(60) : Duration.ofMinutes(MINUTES);

  /// Between two events at most.
  private static final int PAUSE_SECONDS = MINUTES == 0 ? 10 : 60;

  private static final int PARTITIONS = 3;
  private static final int TARGETS = 9;
  private static final Duration STEP = Duration.ofSeconds(1);

  private static final String RULES =
      """
      groups:
        - name: node
          interval: 2s
          rules:
            - {record: 'node:evaluated', expr: 'vector(time())'}
            - {record: 'instance:requests:rate10s', expr: 'sum by (job, instance) (rate(http_requests_total[10s]))'}
            - {record: 'job:requests:rate10s', expr: 'sum by (job) (instance:requests:rate10s)'}
            - {record: 'job:requests:change', expr: 'delta(job:requests:rate10s[20s])'}
            - {record: 'job:up:avg', expr: 'avg by (job) (up)'}
            - {record: 'instance:disk:ratio', expr: 'disk_free_bytes / disk_size_bytes'}
            - {record: 'queue:busiest', expr: 'topk(3, queue_length)'}
            - {record: 'queue:highest', expr: 'max(max_over_time(queue_length[20s]))'}
            - {record: 'queue:p90', expr: 'quantile(0.9, queue_length)'}
            - {record: 'job:workers:count', expr: 'count by (job, worker) (worker_busy)'}
            - {record: 'instance:temperature', expr: 'temperature_celsius', labels: {unit: celsius}}
            - {record: 'job:duration:p90', expr: 'histogram_quantile(0.9, sum by (job, le) (rate(http_duration_seconds_bucket[15s])))'}
            - {record: 'batch:progress:avg30s', expr: 'avg_over_time(batch_progress_ratio[30s])'}
            - alert: InstanceDown
              expr: up == 0
              for: 4s
              labels: {severity: page}
            - alert: Busy
              expr: queue_length > 3
              for: 4s
              keep_firing_for: 6s
              labels: {level: '{{ if gt $value 5.0 }}high{{ else }}low{{ end }}'}
              annotations: {summary: '{{ $labels.instance }} has {{ $value }}'}
            - alert: Errors
              expr: sum by (job) (rate(http_requests_total{code="500"}[6s])) / sum by (job) (rate(http_requests_total[6s])) > 0.5
              for: 2s
            - alert: Falling
              expr: job:requests:change < 0
              keep_firing_for: 4s
            - {alert: NobodyWorks, expr: 'absent(worker_busy{worker="w-1"} == 1)', for: 2s}
        - name: fleet
          interval: 3s
          query_offset: 1s
          labels: {team: sre}
          rules:
            - {record: 'fleet:evaluated', expr: 'vector(time())'}
            - {record: 'fleet:requests:avg10s', expr: 'sum(avg_over_time(job:requests:rate10s[10s]))'}
            - {record: 'fleet:alerts:count', expr: 'count by (alertname, alertstate) (ALERTS{alertname!~"ManyDown|FleetIsSlow"})'}
            - {record: 'fleet:disk:min', expr: 'min by (job) (instance:disk:ratio)'}
            - alert: ManyDown
              expr: count(ALERTS{alertname="InstanceDown", alertstate="firing"}) >= 2
              for: 3s
              keep_firing_for: 3s
            - {alert: FleetIsSlow, expr: 'fleet:requests:avg10s < 150', for: 3s}
      """;

  @TempDir private Path temporary = Path.of("");
  private Path folder = Path.of("");
  private final int kafkaPort = FreePorts.next();
  private final HttpClient http = HttpClient.newHttpClient();
  private final List<ServerProcess> processes = new ArrayList<>();
  private final Random random = new Random(SEED);
  private final Map<String, Integer> events = new TreeMap<>();

  @BeforeEach
  void configure() throws IOException {
    String kept = System.getProperty("weir.rules.folder", "");
    folder = kept.isEmpty() ? temporary : Files.createDirectories(Path.of(kept));
    Files.writeString(
        folder.resolve("weir.yml"),
        """
        kafka:
          partitions: %d
          replication_factor: 1
          # Kafka Streams deletes partial results once they are merged; here they are compared.
          properties: {repartition.purge.interval.ms: "86400000"}
        rules: {default_rules: false, partition_wait: 30m, session_timeout: 3s, transaction_timeout: 4s}
        """
            .formatted(PARTITIONS));
    Files.writeString(
        folder.resolve("prometheus.yml"),
        "global: {external_labels: {cluster: eu-1}}\nrule_files: [rules.yml]\n");
    Files.writeString(folder.resolve("rules.yml"), RULES);
    Files.writeString(
        folder.resolve("alertmanager.yml"), "route: {receiver: none}\nreceivers: [{name: none}]\n");
  }

  @AfterEach
  void stop() {
    processes.reversed().stream().filter(ServerProcess::isAlive).forEach(ServerProcess::kill);
    http.close();
  }

  @Test
  void killedMembersMakeWhatABatchEvaluationMakes() {
    processes.add(
        Release.startBroker(folder, kafkaPort, Map.of("group.min.session.timeout.ms", "500")));
    RoleProcess.Surroundings surroundings =
        new RoleProcess.Surroundings(folder, kafkaPort, http, processes);
    List<RoleProcess> members =
        List.of(new RoleProcess(surroundings, "rules"), new RoleProcess(surroundings, "rules"));
    members.forEach(RoleProcess::awaitReady);
    try (BrokerClients clients = new BrokerClients("127.0.0.1:" + kafkaPort)) {
      List<RuleGroup> rules = RuleFile.parse("rules.yml", RULES, RuleFileSettings.DEFAULT).groups();
      BatchComparison comparison =
          new BatchComparison(
              clients, rules, PARTITIONS, Labels.of("cluster", "eu-1"), firstMillis(clients));
      long startMillis = System.currentTimeMillis();
      String oddities;
      try (LiveFeed feed = new LiveFeed(clients.producer(Map.of()), TARGETS, new Random(SEED))) {
        while (System.currentTimeMillis() - startMillis < RUN.toMillis()) {
          follow(comparison, feed, 1 + random.nextInt(PAUSE_SECONDS));
          disturb(members, comparison, feed, startMillis);
        }
        follow(comparison, feed, 2);
        oddities = feed.oddities();
      }
      long endMillis = System.currentTimeMillis();
      Await.until(
          () -> {
            comparison.step();
            return comparison.reachedMillis() >= endMillis;
          },
          DEADLINE,
          () -> "evaluations until " + endMillis + "; " + comparison.report());
      members.forEach(RulesKillsIT::stop);
      comparison.finish(endMillis);
      report(startMillis, comparison, oddities);
      assertEquals(List.of(), comparison.differences());
      assertTrue(comparison.sampleCount() > 1_000, comparison::report);
      assertTrue(comparison.transitionCount() > 20, comparison::report);
    }
  }

  /// Lets time pass, and looks at what comes of it.
  private static void follow(BatchComparison comparison, LiveFeed feed, int seconds) {
    long untilMillis = System.currentTimeMillis() + seconds * 1_000L;
    while (System.currentTimeMillis() < untilMillis) {
      Await.timeToPass(STEP);
      feed.check();
      comparison.step();
      assertEquals(List.of(), comparison.differences(), comparison::report);
    }
  }

  private void disturb(
      List<RoleProcess> members, BatchComparison comparison, LiveFeed feed, long startMillis) {
    int victim = random.nextInt(members.size());
    RoleProcess one = members.get(victim);
    RoleProcess other = members.get(1 - victim);
    switch (random.nextInt(8)) {
      case 0, 1, 2 -> {
        count("one killed");
        one.killAndStart(random.nextInt(3) == 0);
      }
      case 3 -> {
        count("one killed, and back later");
        one.kill();
        follow(comparison, feed, 1 + random.nextInt(PAUSE_SECONDS));
        one.start(random.nextBoolean());
      }
      case 4, 5 -> {
        count("both killed");
        one.kill();
        follow(comparison, feed, random.nextInt(3));
        other.kill();
        one.start(random.nextInt(3) == 0);
        other.start(random.nextInt(3) == 0);
      }
      case 6 -> {
        count("one stopped and started");
        stop(one);
        one.start(random.nextInt(3) == 0);
      }
      default -> {
        count("one stopped, and back later");
        stop(one);
        follow(comparison, feed, 1 + random.nextInt(PAUSE_SECONDS));
        one.start(false);
      }
    }
    // Now and then the next event comes before they have settled.
    if (random.nextInt(4) > 0) {
      members.forEach(RoleProcess::awaitReady);
    }
    if (MINUTES > 0) {
      report(startMillis, comparison, feed.oddities());
    }
  }

  private static void stop(RoleProcess member) {
    member.awaitReady();
    assertEquals(0, member.stop(), member::printed);
  }

  private void count(String event) {
    events.merge(event, 1, Integer::sum);
  }

  private void report(long startMillis, BatchComparison comparison, String oddities) {
    System.getLogger("kills")
        .log(
            System.Logger.Level.INFO,
            "seed {0}: {1} s, {2}; {3}; {4}",
            Long.toString(SEED),
            (System.currentTimeMillis() - startMillis) / 1000,
            events,
            oddities,
            comparison.report());
  }

  /// Each group's evaluations are at this time and every interval from it.
  private static Map<String, Long> firstMillis(BrokerClients clients) {
    RecordReader<RuleGroupRecord> reader = RecordType.RULES.reader(Optional.empty());
    Map<String, Long> first = new HashMap<>();
    clients.readAll(Topics.RULES, "read_committed").stream()
        .filter(one -> one.value() != null)
        .map(one -> reader.read(one.value()))
        .forEach(one -> {
          if (one.body() instanceof RuleGroupRecord.Definition definition) {
            first.putIfAbsent(one.group(), definition.firstMillis());
          }
        });
    return first;
  }
}
