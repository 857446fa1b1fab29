package dev.weir.alerting;

import static dev.weir.alerting.AlertTopics.transition;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.model.Labels;
import dev.weir.schemas.AlertTransition.State;
import dev.weir.testing.Await;
import dev.weir.testing.ServerProcess;
import dev.weir.testing.WebhookServer;
import dev.weir.testing.broker.BrokerClients;
import dev.weir.testing.broker.SharedBroker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Two members as processes, one of which is killed again and again while alerts come and go. Every
/// alert has a group of its own and fires once and is resolved once, so that two messages are
/// expected of each.
class AlertingMembersTest {
  private static final Duration DEADLINE = Duration.ofSeconds(90);
  private static final int KILLS = Integer.getInteger("weir.kills", 2);
  private static final int ALERTS_A_KILL = 6;

  @TempDir private Path directory = Path.of("");

  private final BrokerClients clients = SharedBroker.clients();
  private final AlertTopics topics = new AlertTopics(clients, 4);
  private final WebhookServer webhook = new WebhookServer();
  private final List<ServerProcess> members = new ArrayList<>();
  private Path config = Path.of("");

  @BeforeEach
  void writeConfig() throws IOException {
    config = directory.resolve("alertmanager.yml");
    Files.writeString(
        config,
        """
        route:
          receiver: on-call
          group_by: ['...']
          group_wait: 0s
          group_interval: 1s
          repeat_interval: 1h
        receivers:
          - name: on-call
            webhook_configs:
              - url: %s
        """
            .formatted(webhook.url("/page")));
  }

  @AfterEach
  void stop() {
    members.forEach(ServerProcess::close);
    webhook.close();
    clients.close();
  }

  private ServerProcess start(String name) {
    List<String> arguments = new ArrayList<>(List.of(name));
    arguments.addAll(topics.names());
    arguments.add(config.toString());
    ServerProcess process =
        ServerProcess.start(
            name,
            ServerProcess.javaCommand(MemberProcess.class, arguments),
            Map.of(),
            directory.resolve(name + ".log"));
    members.add(process);
    process.awaitLine(line -> line.equals(MemberProcess.READY), DEADLINE);
    return process;
  }

  private static Labels alert(int number) {
    return Labels.of("alertname", "InstanceDown", "instance", "db-%d:9100".formatted(number));
  }

  @Test
  void killedMembersLoseNothingAndDoubleOnlyWhatTheyWereSending() {
    Random random = new Random(20260301);
    ServerProcess[] pair = {start("alerting-0"), start("alerting-1")};
    int number = 0;
    int started = 2;
    for (int kill = 0; kill < KILLS; kill++) {
      for (int i = 0; i < ALERTS_A_KILL; i++) {
        topics.write(transition(State.FIRING, Instant.now(), alert(number++)));
      }
      int victim = random.nextInt(pair.length);
      if (random.nextBoolean()) {
        for (int i = number - ALERTS_A_KILL; i < number; i++) {
          awaitMessage(i, "firing");
        }
      }
      pair[victim].kill();
      for (int i = number - ALERTS_A_KILL; i < number; i++) {
        topics.write(transition(State.RESOLVED, Instant.now(), alert(i)));
      }
      pair[victim] = start("alerting-" + started++);
    }
    // An alert that was resolved before anyone was told that it fires is not told of at all, and
    // rightly so; what was told as firing is told as resolved.
    Await.untilPasses(this::checkResolvedFollowsFiring, DEADLINE);
    // The last ones come when both members run, and nothing of before can come after them.
    int last = number;
    topics.write(transition(State.FIRING, Instant.now(), alert(last)));
    awaitMessage(last, "firing");
    topics.write(transition(State.RESOLVED, Instant.now(), alert(last)));
    awaitMessage(last, "resolved");
    checkResolvedFollowsFiring();

    Map<String, Integer> counts = counts();
    int told = counts.values().stream().mapToInt(Integer::intValue).sum();
    int doubled = told - counts.size();
    System.getLogger("members")
        .log(
            System.Logger.Level.INFO,
            "{0} kills, {1} alerts, {2} of them over before anyone was told; {3} messages expected,"
                + " {4} told, 0 missed, {5} doubled",
            KILLS,
            number + 1,
            number + 1 - counts.size() / 2,
            counts.size(),
            told,
            doubled);
    // A kill can double what was being sent at that moment, and nothing else.
    assertTrue(doubled <= KILLS * ALERTS_A_KILL, () -> "doubled: " + counts);
  }

  /// A paused virtual machine is such a process: it does not know that it was replaced.
  @Test
  void aSuspendedMemberDoesNotSendWhatItsSuccessorHasSent() throws Exception {
    ServerProcess suspended = start("alerting-0");
    topics.write(transition(State.FIRING, Instant.now(), alert(0)));
    awaitMessage(0, "firing");
    start("alerting-1");
    signal("-STOP", suspended);
    int last = 12;
    for (int i = 1; i <= last; i++) {
      topics.write(transition(State.FIRING, Instant.now(), alert(i)));
    }
    awaitMessages(last + 1, "firing");
    signal("-CONT", suspended);
    for (int i = 0; i <= last; i++) {
      topics.write(transition(State.RESOLVED, Instant.now(), alert(i)));
    }
    awaitMessages(last + 1, "resolved");
    assertTrue(counts().values().stream().allMatch(count -> count == 1), () -> counts().toString());
  }

  private static void signal(String signal, ServerProcess process) throws Exception {
    int exit = new ProcessBuilder("kill", signal, Long.toString(process.pid())).start().waitFor();
    assertEquals(0, exit, "exit code of kill " + signal);
  }

  private void checkResolvedFollowsFiring() {
    for (String key : counts().keySet()) {
      if (key.endsWith(" firing")) {
        String resolved = key.replace(" firing", " resolved");
        assertEquals(true, counts().containsKey(resolved), () -> resolved + " in " + counts());
      }
    }
  }

  private void awaitMessages(int count, String status) {
    Await.until(
        () -> counts().keySet().stream().filter(key -> key.endsWith(status)).count() >= count,
        DEADLINE,
        () -> count + " messages of " + status + ", there are " + counts());
  }

  private void awaitMessage(int number, String status) {
    Await.until(
        () -> counts().containsKey(key(number, status)),
        DEADLINE,
        () -> key(number, status) + " in " + counts());
  }

  private static String key(int number, String status) {
    return "db-%d:9100 %s".formatted(number, status);
  }

  /// How often each alert was told of in each state.
  private Map<String, Integer> counts() {
    Map<String, Integer> counts = new TreeMap<>();
    for (String body : webhook.bodies("/page")) {
      String instance = body.replaceAll("(?s).*?\"instance\":\"([^\"]*)\".*", "$1");
      String status =
          body.replaceAll("(?s)^\\{\"receiver\":\"[^\"]*\",\"status\":\"([^\"]*)\".*", "$1");
      counts.merge(instance + " " + status, 1, Integer::sum);
    }
    return counts;
  }
}
