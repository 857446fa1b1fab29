package dev.weir.streams;

import static java.util.stream.Collectors.groupingBy;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.model.Labels;
import dev.weir.model.StalenessMarker;
import dev.weir.rules.group.EvaluationTimes;
import dev.weir.schemas.AlertTransition;
import dev.weir.schemas.AlertTransition.State;
import dev.weir.streams.RulesCluster.Recorded;
import dev.weir.streams.RulesCluster.RecordedSeries;
import dev.weir.streams.RulesCluster.Told;
import dev.weir.streams.RulesCluster.Transitions;
import dev.weir.testing.Await;
import dev.weir.testing.ServerProcess;
import dev.weir.testing.broker.BrokerFixture;
import dev.weir.testing.broker.EmbeddedBrokerFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The role on a real broker. Samples are written before their time has come, so that what an
/// evaluation finds does not depend on how fast this machine is, and everything that comes out is
/// known to the millisecond.
class RulesRoleTest {
  private static final Duration DEADLINE = Duration.ofSeconds(60);
  private static final Duration COMMIT = Duration.ofMillis(100);
  private static final String SUM = "job:up:sum";

  private static final String RULES =
      """
      groups:
        - name: node
          interval: 1s
          rules:
            - record: job:up:sum
              expr: sum by (job) (up)
            - alert: InstanceDown
              expr: up == 0
              for: 5s
              labels: {severity: page}
              annotations: {summary: "{{ $labels.instance }} is down"}
      """;

  private static final EvaluationTimes TIMES =
      EvaluationTimes.of(RuleJob.rules(RULES).groups().getFirst());

  @TempDir private Path directory = Path.of("");
  private RulesCluster cluster;
  private final List<AutoCloseable> started = new ArrayList<>();

  @SuppressWarnings("NullAway.Init") // Set before each test.
  RulesRoleTest() {}

  BrokerFixture broker(Path logs) {
    return EmbeddedBrokerFixture.start(logs);
  }

  @BeforeEach
  void startCluster() {
    cluster = new RulesCluster(broker(directory.resolve("kafka")));
  }

  @AfterEach
  void stop() throws Exception {
    for (AutoCloseable one : started.reversed()) {
      one.close();
    }
    cluster.close();
  }

  private RuleJob start(String state, String rules) {
    RuleJob job =
        new RuleJob(
            "rules-0", cluster.kafka(), directory.resolve(state), COMMIT, RuleJob.rules(rules));
    started.add(job);
    Await.until(job.role()::isReady, DEADLINE, () -> "the role to be ready");
    return job;
  }

  private void close(RuleJob job) {
    started.remove(job);
    job.close();
  }

  /// Writes a scrape that counts from some time ahead on, and returns the first evaluation that
  /// finds it.
  private long scrape(double a, double b) {
    long timestampMillis = System.currentTimeMillis() + 3_000;
    cluster.scrape(timestampMillis, OptionalLong.empty(), Map.of("db-a:9100", a, "db-b:9100", b));
    assertTrue(System.currentTimeMillis() < timestampMillis, "written before its time");
    return TIMES.after(timestampMillis - 1);
  }

  private static AlertTransition await(Transitions transitions, Predicate<AlertTransition> wanted) {
    return Await.value(
        () -> transitions.all().stream().map(Told::transition).filter(wanted).findFirst(),
        DEADLINE,
        () -> "a transition; there are " + transitions.all());
  }

  private static AlertTransition await(Transitions transitions, State state) {
    return await(transitions, transition -> transition.state() == state);
  }

  private static void awaitRecorded(RecordedSeries recorded, String metric, long timestampMillis) {
    Await.until(
        () ->
            recorded.of(metric).stream().anyMatch(one -> one.timestampMillis() >= timestampMillis),
        DEADLINE,
        () -> "%s at %d; there is %s".formatted(metric, timestampMillis, recorded.all()));
  }

  /// Every time of the group between the first and the last is there, and each series once.
  private static void assertEachTimeOnce(List<Recorded> samples) {
    samples.stream()
        .collect(groupingBy(Recorded::series))
        .forEach((series, ofSeries) -> {
          List<Long> times = ofSeries.stream().map(Recorded::timestampMillis).sorted().toList();
          assertEquals(
              LongStream.iterate(
                      times.getFirst(),
                      at -> at <= times.getLast(),
                      at -> at + TIMES.intervalMillis())
                  .boxed()
                  .toList(),
              times,
              () -> "times of " + series);
          assertTrue(times.stream().allMatch(TIMES::isDue), () -> "times of " + series);
        });
  }

  private static List<State> states(Transitions transitions) {
    return transitions.all().stream().map(told -> told.transition().state()).toList();
  }

  @Test
  void evaluatesRecordsAndTells() {
    RecordedSeries recorded = cluster.recorded("read_committed");
    Transitions transitions = cluster.transitions("read_committed");
    start("state", RULES);
    assertEquals(
        RuleJob.rules(RULES).groups().getFirst().contentHash(),
        cluster.definition("node").definition());

    scrape(1, 1);
    long downMillis = scrape(1, 0);
    AlertTransition pending = await(transitions, State.PENDING);
    assertEquals(Instant.ofEpochMilli(downMillis), pending.activeAt());
    assertEquals("db-b:9100", pending.labels().get("instance"));
    assertEquals("eu-1", pending.labels().get("cluster"));

    AlertTransition firing = await(transitions, State.FIRING);
    assertEquals(Optional.of(Instant.ofEpochMilli(downMillis + 5_000)), firing.startsAt());
    assertEquals("db-b:9100 is down", firing.annotations().get("summary"));

    long upMillis = scrape(1, 1);
    AlertTransition resolved = await(transitions, State.RESOLVED);
    assertEquals(Optional.of(Instant.ofEpochMilli(upMillis)), resolved.endsAt());

    awaitRecorded(recorded, SUM, upMillis);
    List<Recorded> sums = recorded.of(SUM);
    assertEachTimeOnce(sums);
    for (Recorded sum : sums) {
      boolean down = sum.timestampMillis() >= downMillis && sum.timestampMillis() < upMillis;
      assertEquals(down ? 1 : 2, sum.value(), sum.toString());
      assertEquals(Labels.of("__name__", SUM, "job", "node"), sum.series());
    }
    assertEquals(
        LongStream.iterate(downMillis, at -> at < upMillis, at -> at + 1_000)
            .mapToObj(at -> at + (at < downMillis + 5_000 ? " pending" : " firing"))
            .toList(),
        recorded.of("ALERTS").stream()
            .filter(one -> !StalenessMarker.is(one.value()))
            .map(one -> one.timestampMillis() + " " + one.series().get("alertstate"))
            .sorted()
            .toList());
    for (Recorded since : recorded.of("ALERTS_FOR_STATE")) {
      if (!StalenessMarker.is(since.value())) {
        // Whole seconds, as in Prometheus.
        assertEquals(Math.floor(downMillis / 1000.0), since.value(), since.toString());
      }
    }
    assertEquals(List.of(State.PENDING, State.FIRING, State.RESOLVED), states(transitions));
  }

  /// On the state that it has left behind, and on none.
  @Test
  void aRestartGoesOnWhereItWas() {
    RecordedSeries recorded = cluster.recorded("read_committed");
    Transitions transitions = cluster.transitions("read_committed");
    RuleJob first = start("state", RULES);
    scrape(1, 1);
    long downMillis = scrape(1, 0);
    await(transitions, State.PENDING);

    close(first);
    RuleJob second = start("state", RULES);
    AlertTransition firing = await(transitions, State.FIRING);
    assertEquals(Instant.ofEpochMilli(downMillis), firing.activeAt());
    assertEquals(Optional.of(Instant.ofEpochMilli(downMillis + 5_000)), firing.startsAt());

    close(second);
    start("no-state", RULES);
    long upMillis = scrape(1, 1);
    AlertTransition resolved = await(transitions, State.RESOLVED);
    assertEquals(Instant.ofEpochMilli(downMillis), resolved.activeAt());
    assertEquals(Optional.of(Instant.ofEpochMilli(upMillis)), resolved.endsAt());
    awaitRecorded(recorded, SUM, upMillis);
    assertEachTimeOnce(recorded.of(SUM));
    assertEquals(List.of(State.PENDING, State.FIRING, State.RESOLVED), states(transitions));
  }

  @Test
  void aReloadChangesAndRemovesGroups() {
    RecordedSeries recorded = cluster.recorded("read_committed");
    Transitions transitions = cluster.transitions("read_committed");
    RuleJob job = start("state", RULES);
    scrape(1, 1);
    long downMillis = scrape(1, 0);
    await(transitions, State.PENDING);

    job.role()
        .reload(
            RuleJob.rules(
                RULES
                    + """
                          - record: job:up:count
                            expr: count by (job) (up)
                    """),
            RuleJob.EXTERNAL_LABELS);
    AlertTransition firing = await(transitions, State.FIRING);
    assertEquals(Optional.of(Instant.ofEpochMilli(downMillis + 5_000)), firing.startsAt());
    awaitRecorded(recorded, "job:up:count", downMillis);
    assertEquals(2, recorded.of("job:up:count").getFirst().value());
    assertEachTimeOnce(recorded.of(SUM));

    job.role().reload(RuleJob.rules("groups: []"), RuleJob.EXTERNAL_LABELS);
    AlertTransition resolved = await(transitions, State.RESOLVED);
    assertEquals(Instant.ofEpochMilli(downMillis), resolved.activeAt());
    Await.until(
        () -> StalenessMarker.is(recorded.of(SUM).getLast().value()),
        DEADLINE,
        () -> "the end of " + recorded.of(SUM));
    assertEquals(List.of(State.PENDING, State.FIRING, State.RESOLVED), states(transitions));
  }

  /// Commits are seconds apart, so that the process dies with results in a transaction.
  @Test
  void nobodySeesWhatAnAbortedTransactionHasWritten() throws IOException {
    RecordedSeries written = cluster.recorded("read_uncommitted");
    RecordedSeries recorded = cluster.recorded("read_committed");
    Path rules = Files.writeString(directory.resolve("node.yml"), RULES);
    ServerProcess process = process("rules-0", rules, Duration.ofSeconds(10));
    long fromMillis = scrape(1, 1);
    awaitRecorded(recorded, SUM, fromMillis);
    // Sent when the linger ends, and not committed: what is committed is read by both at once.
    Await.until(
        () -> isOld(written.of(SUM)) && written.of(SUM).size() > recorded.of(SUM).size(),
        DEADLINE,
        () -> "results in a transaction; written are " + written.all());
    process.kill();
    int uncommitted = written.of(SUM).size() - recorded.of(SUM).size();

    start("another-state", RULES);
    awaitRecorded(recorded, SUM, System.currentTimeMillis());
    assertEachTimeOnce(recorded.of(SUM));
    Map<Long, List<Recorded>> byTime =
        written.of(SUM).stream().collect(groupingBy(Recorded::timestampMillis));
    List<List<Recorded>> again =
        byTime.values().stream().filter(samples -> samples.size() > 1).toList();
    assertTrue(uncommitted > 0 && !again.isEmpty(), () -> "nothing was aborted: " + written.all());
    // What is evaluated again comes to the same.
    for (List<Recorded> samples : again) {
      assertEquals(1, samples.stream().map(Recorded::value).distinct().count(), again::toString);
    }
  }

  private static boolean isOld(List<Recorded> samples) {
    return !samples.isEmpty()
        && samples.getLast().appendedMillis() < System.currentTimeMillis() - 300;
  }

  private ServerProcess process(String name, Path rules, Duration commit) {
    ServerProcess process =
        ServerProcess.start(
            name,
            ServerProcess.javaCommand(
                RuleJobProcess.class,
                List.of(
                    name,
                    cluster.bootstrapServers(),
                    directory.resolve("state-" + name).toString(),
                    commit.toString(),
                    rules.toString())),
            Map.of(),
            directory.resolve(name + ".log"));
    started.add(process);
    process.awaitLine(line -> line.equals(RuleJobProcess.READY), DEADLINE);
    return process;
  }
}
