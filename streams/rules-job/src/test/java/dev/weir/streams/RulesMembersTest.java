package dev.weir.streams;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.rules.group.EvaluationTimes;
import dev.weir.schemas.AlertTransition;
import dev.weir.schemas.AlertTransition.State;
import dev.weir.streams.AlertModel.Change;
import dev.weir.streams.RulesCluster.RecordedSeries;
import dev.weir.streams.RulesCluster.Told;
import dev.weir.streams.RulesCluster.Transitions;
import dev.weir.testing.Await;
import dev.weir.testing.ServerProcess;
import dev.weir.testing.broker.EmbeddedBrokerFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Two processes of the role that share the partitions, one of which is killed again and again.
class RulesMembersTest {
  private static final Duration DEADLINE = Duration.ofSeconds(90);
  private static final Duration COMMIT = Duration.ofMillis(100);
  private static final int KILLS = Integer.getInteger("weir.kills", 2);
  private static final long SEED = Long.getLong("weir.seed", 20_260_301);
  private static final int INSTANCES = 8;
  private static final String SUM = "job:up:sum";

  /// What a catch-up may lag behind before the next kill.
  private static final long PRESENT_MILLIS = 3_000;

  /// How long transitions are waited for at the end.
  private static final long HIDDEN_MILLIS = 20_000;

  @TempDir private Path directory = Path.of("");
  private RulesCluster cluster;
  private final List<ServerProcess> processes = new ArrayList<>();
  private int started;
  private Path rules = Path.of("");

  @SuppressWarnings("NullAway.Init") // Set before each test.
  RulesMembersTest() {}

  @BeforeEach
  void startCluster() {
    cluster = new RulesCluster(EmbeddedBrokerFixture.start(directory.resolve("kafka")));
  }

  @AfterEach
  void stop() {
    processes.forEach(ServerProcess::kill);
    cluster.close();
  }

  private EvaluationTimes rules(int forSeconds) throws IOException {
    String text =
        """
        groups:
          - name: node
            interval: 1s
            rules:
              - record: job:up:sum
                expr: sum by (job) (up)
              - alert: InstanceDown
                expr: up == 0
                for: %ds
          - name: fleet
            interval: 1s
            rules:
              - record: job:up:count
                expr: count by (job) (up)
        """
            .formatted(forSeconds);
    rules = Files.writeString(directory.resolve("node.yml"), text);
    return EvaluationTimes.of(RuleJob.rules(text).groups().getFirst());
  }

  private ServerProcess start(String state) {
    String name = "rules-" + started++;
    ServerProcess process =
        ServerProcess.start(
            name,
            ServerProcess.javaCommand(
                RuleJobProcess.class,
                List.of(
                    name,
                    cluster.bootstrapServers(),
                    directory.resolve(state).toString(),
                    COMMIT.toString(),
                    rules.toString())),
            Map.of(),
            directory.resolve(name + ".log"));
    processes.add(process);
    process.awaitLine(line -> line.equals(RuleJobProcess.READY), DEADLINE);
    return process;
  }

  private static void awaitRecorded(RecordedSeries recorded, long fromMillis) {
    Await.until(
        () -> recorded.of(SUM).stream().anyMatch(one -> one.timestampMillis() >= fromMillis),
        DEADLINE,
        () -> "%s at %d; there is %s".formatted(SUM, fromMillis, recorded.of(SUM)));
  }

  @Test
  void anAlertFiresWhenItWouldHaveAlthoughBothAreKilled() throws IOException {
    EvaluationTimes times = rules(12);
    RecordedSeries recorded = cluster.recorded("read_committed");
    Transitions transitions = cluster.transitions("read_committed");
    ServerProcess first = start("state-0");
    ServerProcess second = start("state-1");
    long downMillis = System.currentTimeMillis() + 2_000;
    cluster.scrape(downMillis, OptionalLong.empty(), Map.of("db-0:9100", 0.0));
    Await.until(
        () -> !transitions.all().isEmpty(), DEADLINE, () -> "a pending alert; " + recorded.all());

    first.kill();
    start("state-2");
    second.kill();
    Told firing =
        Await.value(
            () ->
                transitions.all().stream()
                    .filter(told -> told.transition().state() == State.FIRING)
                    .findFirst(),
            DEADLINE,
            () -> "a firing alert; there are " + transitions.all());

    long activeAtMillis = times.after(downMillis - 1);
    assertEquals(Instant.ofEpochMilli(activeAtMillis), firing.transition().activeAt());
    assertEquals(
        Optional.of(Instant.ofEpochMilli(activeAtMillis + 12_000)), firing.transition().startsAt());
    awaitRecorded(recorded, System.currentTimeMillis());
    assertEquals(
        List.of(State.PENDING, State.FIRING),
        transitions.all().stream().map(told -> told.transition().state()).toList());
    report(
        "fired {0} ms after its time",
        Long.toString(firing.appendedMillis() - activeAtMillis - 12_000));
  }

  @Test
  void killedMembersNeitherMissNorDoubleATransition() throws IOException {
    EvaluationTimes times = rules(3);
    Random random = new Random(SEED);
    RecordedSeries recorded = cluster.recorded("read_committed");
    Transitions transitions = cluster.transitions("read_committed");
    ServerProcess[] pair = {start("state-0"), start("state-1")};
    String[] states = {"state-0", "state-1"};
    long startMillis = System.currentTimeMillis();
    Map<String, NavigableMap<Long, Double>> scrapes;
    try (ScrapeFeed feed = new ScrapeFeed(cluster, instances(), new Random(SEED))) {
      for (int kill = 0; kill < KILLS; kill++) {
        feed.check();
        awaitRecorded(recorded, System.currentTimeMillis() - PRESENT_MILLIS);
        Await.timeToPass(Duration.ofMillis(random.nextInt(2_000)));
        int victim = random.nextInt(pair.length);
        pair[victim].kill();
        if (random.nextBoolean()) {
          // As a pod on another node: nothing is left of its state.
          states[victim] = "state-" + (started + 2);
        }
        pair[victim] = start(states[victim]);
      }
      awaitRecorded(recorded, System.currentTimeMillis() - PRESENT_MILLIS);
      scrapes = feed.end();
    }
    long lastMillis =
        scrapes.values().stream().mapToLong(NavigableMap::lastKey).max().orElseThrow();
    long endMillis = times.after(lastMillis + 3_000);
    awaitRecorded(recorded, endMillis);

    long firstMillis = cluster.definition("node").firstMillis();
    AlertModel.Outcome expected =
        new AlertModel(times, 3_000).outcome(scrapes, firstMillis, endMillis);
    // A transaction that a kill has left open may hide them for some time yet.
    long giveUpMillis = System.currentTimeMillis() + HIDDEN_MILLIS;
    Await.until(
        () ->
            changes(transitions).size() >= expected.changes().size()
                || System.currentTimeMillis() > giveUpMillis,
        DEADLINE,
        () -> "all transitions");
    Difference told =
        Difference.between(byInstance(expected.changes()), byInstance(changes(transitions)));
    Difference sums = Difference.between(text(expected.sums()), sums(recorded, endMillis));
    report(
        "seed {0}: {1} kills in {2} s; transitions: {3}; recorded values: {4}; told at most {5} ms"
            + " after their time",
        Long.toString(SEED),
        KILLS,
        (System.currentTimeMillis() - startMillis) / 1000,
        told,
        sums,
        Long.toString(latest(transitions)));
    assertTrue(expected.changes().size() >= KILLS, () -> "too few: " + expected.changes());
    assertEquals(Difference.none(expected.changes().size()), told);
    assertEquals(Difference.none(expected.sums().size()), sums);
    assertEquals(byInstance(expected.changes()), byInstance(changes(transitions)));
  }

  private static List<String> instances() {
    return IntStream.range(0, INSTANCES).mapToObj("db-%d:9100"::formatted).toList();
  }

  private static List<Change> changes(Transitions transitions) {
    return transitions.all().stream().map(told -> change(told.transition())).toList();
  }

  private static Change change(AlertTransition transition) {
    if (transition.state() == State.RESOLVED) {
      assertEquals(Optional.of(transition.evaluatedAt()), transition.endsAt());
    }
    return new Change(
        String.valueOf(transition.labels().get("instance")),
        transition.state().name(),
        transition.activeAt().toEpochMilli(),
        transition.startsAt().map(Instant::toEpochMilli).orElse(0L),
        transition.evaluatedAt().toEpochMilli());
  }

  /// In the order of instances, and of each instance in that of the topic.
  private static List<String> byInstance(List<Change> changes) {
    return changes.stream()
        .collect(Collectors.groupingBy(Change::instance, TreeMap::new, Collectors.toList()))
        .values()
        .stream()
        .flatMap(List::stream)
        .map(Change::toString)
        .toList();
  }

  private static List<String> sums(RecordedSeries recorded, long endMillis) {
    return recorded.of(SUM).stream()
        .filter(one -> one.timestampMillis() < endMillis)
        .map(one -> text(one.timestampMillis(), one.value()))
        .toList();
  }

  private static List<String> text(Map<Long, Double> values) {
    return values.entrySet().stream().map(entry -> text(entry.getKey(), entry.getValue())).toList();
  }

  private static String text(long timestampMillis, double value) {
    return value + " @" + timestampMillis;
  }

  private static long latest(Transitions transitions) {
    return transitions.all().stream()
        .mapToLong(told -> told.appendedMillis() - told.transition().evaluatedAt().toEpochMilli())
        .max()
        .orElse(0);
  }

  private static void report(String text, Object... values) {
    System.getLogger("members").log(System.Logger.Level.INFO, text, values);
  }

  /// What is there compared with what should be.
  ///
  /// @param missed expected and not there
  /// @param doubled there once too often, or not expected at all
  private record Difference(int expected, List<String> missed, List<String> doubled) {
    static Difference between(List<String> expected, List<String> actual) {
      return new Difference(expected.size(), without(expected, actual), without(actual, expected));
    }

    static Difference none(int expected) {
      return new Difference(expected, List.of(), List.of());
    }

    private static List<String> without(List<String> some, List<String> others) {
      List<String> left = new ArrayList<>(some);
      others.forEach(left::remove);
      return left;
    }

    @Override
    public String toString() {
      return "%d expected, %d missed, %d doubled".formatted(expected, missed.size(), doubled.size())
          + (missed.isEmpty() ? "" : ", missed: " + missed)
          + (doubled.isEmpty() ? "" : ", doubled: " + doubled);
    }
  }
}
