package dev.weir.alerting;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.model.Hash128;
import dev.weir.model.Tenant;
import dev.weir.schemas.AlertTransition;
import dev.weir.schemas.AlertTransition.State;
import dev.weir.schemas.RuleGroupRecord;
import dev.weir.service.config.AlertmanagersConfig;
import dev.weir.service.config.HttpClientConfig;
import dev.weir.testing.Await;
import dev.weir.testing.HeldClock;
import dev.weir.testing.WebhookServer;
import dev.weir.testing.broker.BrokerClients;
import dev.weir.testing.broker.SharedBroker;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Two members against a broker, with a clock that the test holds: rules are defined, and reports
/// of them come or do not.
class RulesAlarmTest {
  private static final Duration DEADLINE = Duration.ofSeconds(60);
  private static final String STOPPED = "weir_alerting_stopped_rule_groups";

  /// Shorter than the pause after which a member begins to watch anew.
  private static final Duration STEP = Duration.ofSeconds(25);

  private final BrokerClients clients = SharedBroker.clients();
  private final AlertTopics topics = new AlertTopics(clients, 2);
  private final WebhookServer webhook = new WebhookServer();
  private final HeldClock clock =
      HeldClock.at(Instant.now().minus(1, ChronoUnit.HOURS).truncatedTo(ChronoUnit.SECONDS));
  private final List<Member> members = new ArrayList<>();

  @AfterEach
  void stop() {
    members.forEach(Member::close);
    webhook.close();
    clients.close();
  }

  private void start(String name) {
    String config =
        """
        route:
          receiver: on-call
          group_wait: 0s
          group_interval: 10s
          repeat_interval: 1h
        receivers:
          - name: on-call
            webhook_configs:
              - url: %s
        """
            .formatted(webhook.url("/page"));
    AlertmanagersConfig alertmanagers =
        new AlertmanagersConfig(
            List.of(),
            List.of(
                new AlertmanagersConfig.Destination(
                    URI.create(webhook.url("/api/v2/alerts")),
                    Duration.ofSeconds(10),
                    HttpClientConfig.DEFAULT,
                    List.of())));
    Member member =
        new Member(
            name,
            topics.settings(Duration.ofMinutes(1)),
            topics.kafka(),
            config,
            alertmanagers,
            clock);
    members.add(member);
    Await.until(member.role()::isReady, DEADLINE, () -> name + " to be ready");
  }

  private void define() {
    String text =
        "{\"groups\":[{\"name\":\"node\",\"interval\":\"15s\",\"rules\":[{\"record\":\"job:up:sum\",\"expr\":\"sum by (job) (up)\"}]}]}";
    write(new RuleGroupRecord.Definition(text, new Hash128(1, 2), clock.instant().toEpochMilli()));
  }

  private void report() {
    Instant now = clock.instant();
    write(new RuleGroupRecord.Status(new Hash128(1, 2), now, now, 1_000, true, List.of()));
  }

  private void write(RuleGroupRecord.Body body) {
    topics.write(new RuleGroupRecord(Tenant.DEFAULT, "node.yml", "node", body));
  }

  /// Lets time go on, and every member look at the rules then.
  private void goOn() {
    Instant now = clock.advance(STEP);
    for (Member member : members) {
      Await.until(
          () -> !member.role().rulesCheckedAt().isBefore(now),
          DEADLINE,
          () -> "rules to be checked at " + now);
    }
  }

  private List<String> await(String path, int count) {
    Await.until(
        () -> webhook.bodies(path).size() >= count,
        DEADLINE,
        () -> count + " messages at " + path + ", there are " + webhook.bodies(path));
    return webhook.bodies(path);
  }

  private void awaitStopped(int groups) {
    for (Member member : members) {
      Await.until(
          () -> member.gauge(STOPPED) == groups,
          DEADLINE,
          () -> "%d stopped groups, not %s".formatted(groups, member.gauge(STOPPED)));
    }
  }

  @Test
  void rulesThatStopAreToldOnceAndSoIsThatTheyGoOn() {
    define();
    report();
    start("alerting-1");
    start("alerting-2");
    goOn();
    goOn();
    goOn();
    awaitStopped(0);
    goOn();
    awaitStopped(1);
    String firing = await("/page", 1).getFirst();
    assertTrue(firing.contains("\"status\":\"firing\""), firing);
    assertTrue(
        firing.contains("{\"alertname\":\"WeirRulesStopped\",\"severity\":\"critical\"}"), firing);
    assertTrue(firing.contains("\\\"node\\\" of node.yml"), firing);
    // Alertmanagers hear of it, as of the alerts of rules.
    assertTrue(
        await("/api/v2/alerts", 1).getFirst().contains("WeirRulesStopped"),
        () -> webhook.bodies("/api/v2/alerts").toString());

    // It goes on for longer than it would by itself.
    for (int i = 0; i < 13; i++) {
      goOn();
    }
    assertEquals(1, webhook.bodies("/page").size());

    report();
    awaitStopped(0);
    Await.until(
        () -> topics.transitions().getLast().state() == State.RESOLVED,
        DEADLINE,
        () -> "the end of the alert in " + topics.transitions());
    clock.advance(Duration.ofSeconds(10));
    String resolved = await("/page", 2).get(1);
    assertTrue(resolved.contains("\"status\":\"resolved\",\"alerts\":[{\"status\":\"resolved\""));
    report();
    goOn();
    assertEquals(2, webhook.bodies("/page").size());
    List<AlertTransition> transitions = topics.transitions();
    // Whatever both wrote is one alert, which began once.
    assertEquals(1, transitions.stream().map(AlertTransition::fingerprint).distinct().count());
    assertEquals(1, transitions.stream().map(AlertTransition::startsAt).distinct().count());
  }

  @Test
  void anAlertOfAMemberThatIsNoMoreEndsWithTheFirstReport() {
    define();
    start("alerting-1");
    for (int i = 0; i < 4; i++) {
      goOn();
    }
    await("/page", 1);
    members.removeFirst().close();
    start("alerting-2");
    awaitStopped(0);
    report();
    Await.until(
        () -> topics.transitions().getLast().state() == State.RESOLVED,
        DEADLINE,
        () -> "the end of the alert in " + topics.transitions());
    clock.advance(Duration.ofSeconds(10));
    assertTrue(await("/page", 2).get(1).contains("\"status\":\"resolved\""));
  }
}
