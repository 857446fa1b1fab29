package dev.weir.alerting;

import static dev.weir.alerting.AlertTopics.down;
import static dev.weir.alerting.AlertTopics.transition;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.model.Fingerprint;
import dev.weir.model.Labels;
import dev.weir.model.Tenant;
import dev.weir.schemas.AlertTransition.State;
import dev.weir.schemas.NotificationState;
import dev.weir.schemas.NotificationState.Attempt;
import dev.weir.schemas.NotificationState.Integration;
import dev.weir.service.config.AlertmanagersConfig;
import dev.weir.service.config.HttpClientConfig;
import dev.weir.testing.Await;
import dev.weir.testing.HeldClock;
import dev.weir.testing.WebhookServer;
import dev.weir.testing.broker.BrokerClients;
import dev.weir.testing.broker.SharedBroker;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Whole members against a broker, with a clock that the test holds.
class AlertingRoleTest {
  private static final Duration DEADLINE = Duration.ofSeconds(60);

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

  private String config() {
    return """
    route:
      receiver: tickets
      group_by: [alertname]
      routes:
        - matchers: [severity="page"]
          receiver: on-call
          group_wait: 0s
          group_interval: 10s
          repeat_interval: 1h
    receivers:
      - name: tickets
        webhook_configs:
          - url: %s
      - name: on-call
        webhook_configs:
          - url: %s
    """
        .formatted(webhook.url("/tickets"), webhook.url("/page"));
  }

  private Member start(String name) {
    return start(name, config(), AlertmanagersConfig.NONE);
  }

  private Member start(String name, String config, AlertmanagersConfig alertmanagers) {
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
    return member;
  }

  private void stop(Member member) {
    members.remove(member);
    member.close();
  }

  private List<String> await(String path, int count) {
    Await.until(
        () -> webhook.bodies(path).size() >= count,
        DEADLINE,
        () -> count + " messages at " + path + ", there are " + webhook.bodies(path));
    return webhook.bodies(path);
  }

  private static void awaitKnown(Member member, String instance) {
    Await.until(
        () -> member.get("/api/v2/alerts").body().contains(instance),
        DEADLINE,
        () -> "the alert of " + instance + " to be known");
  }

  private static void awaitUnknown(Member member, String instance) {
    Await.until(
        () -> !member.get("/api/v2/alerts").body().contains(instance),
        DEADLINE,
        () -> "the end of the alert of " + instance + " to be known");
  }

  private void awaitAnswered(int integrationRecords) {
    Await.until(
        () -> answered() >= integrationRecords,
        DEADLINE,
        () -> integrationRecords + " answers to be recorded, there are " + answered());
  }

  private long answered() {
    return topics.told().stream()
        .flatMap(state -> state.integrations().stream())
        .filter(integration -> integration.answered().isPresent())
        .filter(integration -> integration.attempt().isEmpty())
        .count();
  }

  @Test
  void aReceiverHearsOfAnAlertAndOfItsEnd() {
    Member member = start("alerting-1");
    topics.write(transition(State.FIRING, clock.instant(), down("db-1:9100", "page")));
    String firing = await("/page", 1).get(0);
    assertTrue(
        firing.startsWith(
            "{\"receiver\":\"on-call\",\"status\":\"firing\",\"alerts\":[{\"status\":\"firing\","),
        firing);
    assertTrue(
        firing.contains(
            "\"groupKey\":\"{}/{severity=\\\"page\\\"}:{alertname=\\\"InstanceDown\\\"}\""),
        firing);
    assertTrue(firing.contains("\"externalURL\":\"http://weir.example:9090\""), firing);

    topics.write(
        transition(
            State.RESOLVED, clock.advance(Duration.ofSeconds(5)), down("db-1:9100", "page")));
    awaitUnknown(member, "db-1:9100");
    clock.advance(Duration.ofSeconds(5));
    String resolved = await("/page", 2).get(1);
    assertTrue(resolved.contains("\"status\":\"resolved\",\"alerts\":[{\"status\":\"resolved\""));
    assertEquals(List.of(), webhook.bodies("/tickets"));
  }

  @Test
  void groupWaitHoldsTheFirstMessageBack() {
    Member member = start("alerting-1");
    topics.write(transition(State.FIRING, clock.instant(), down("db-1:9100", "ticket")));
    topics.write(transition(State.FIRING, clock.instant(), down("db-2:9100", "page")));
    await("/page", 1);
    awaitKnown(member, "db-1:9100");
    clock.advance(Duration.ofSeconds(29));
    Labels marker = down("db-3:9100", "page").with("alertname", "DiskFull");
    topics.write(transition(State.FIRING, clock.instant(), marker));
    await("/page", 2);
    assertEquals(List.of(), webhook.bodies("/tickets"));
    clock.advance(Duration.ofSeconds(1));
    assertTrue(await("/tickets", 1).get(0).contains("db-1:9100"));
  }

  @Test
  void whatWasToldIsNotToldAgainAfterARestart() {
    Member first = start("alerting-1");
    topics.write(transition(State.FIRING, clock.instant(), down("db-1:9100", "page")));
    await("/page", 1);
    awaitAnswered(1);
    stop(first);

    clock.advance(Duration.ofSeconds(30));
    Member second = start("alerting-2");
    topics.write(transition(State.FIRING, clock.instant(), down("web-1:9100", "ticket")));
    awaitKnown(second, "web-1:9100");
    clock.advance(Duration.ofSeconds(30));
    await("/tickets", 1);
    assertEquals(1, webhook.bodies("/page").size());
    assertEquals(0, second.counter("weir_alerting_notifications_maybe_doubled"));

    topics.write(transition(State.RESOLVED, clock.instant(), down("db-1:9100", "page")));
    awaitUnknown(second, "db-1:9100");
    clock.advance(Duration.ofSeconds(10));
    assertTrue(await("/page", 2).get(1).contains("\"status\":\"resolved\""));
  }

  @Test
  void anEndThatCameWhileNobodyRanIsTold() {
    Member first = start("alerting-1");
    topics.write(transition(State.FIRING, clock.instant(), down("db-1:9100", "page")));
    await("/page", 1);
    awaitAnswered(1);
    stop(first);
    topics.write(
        transition(
            State.RESOLVED, clock.advance(Duration.ofSeconds(5)), down("db-1:9100", "page")));
    clock.advance(Duration.ofDays(1));
    start("alerting-2");
    assertTrue(await("/page", 2).get(1).contains("\"status\":\"resolved\""));
  }

  @Test
  void anAttemptWithoutAnAnswerIsTriedAgainAndCounted() {
    String groupKey = "{}/{severity=\"page\"}:{alertname=\"InstanceDown\"}";
    topics.write(
        new NotificationState(
            Tenant.DEFAULT,
            groupKey,
            "on-call",
            Labels.of("alertname", "InstanceDown"),
            List.of(
                new Integration(
                    "webhook",
                    0,
                    Optional.empty(),
                    Optional.of(new Attempt("alerting-0", clock.instant(), new TreeSet<>()))))));
    topics.write(transition(State.FIRING, clock.instant(), down("db-1:9100", "page")));
    Member member = start("alerting-1");
    await("/page", 1);
    awaitAnswered(1);
    assertEquals(1, member.counter("weir_alerting_notifications_maybe_doubled"));
  }

  @Test
  void whatWasToldOfGroupsOfThePastIsForgottenInTheEnd() {
    Member member = start("alerting-1");
    topics.write(transition(State.FIRING, clock.instant(), down("db-1:9100", "page")));
    topics.write(
        transition(
            State.FIRING,
            clock.instant(),
            down("db-9:9100", "page").with("alertname", "DiskFull")));
    await("/page", 2);
    awaitAnswered(2);
    topics.write(transition(State.RESOLVED, clock.instant(), down("db-1:9100", "page")));
    awaitUnknown(member, "db-1:9100");
    clock.advance(Duration.ofSeconds(10));
    await("/page", 3);
    awaitAnswered(3);
    clock.advance(Duration.ofDays(4));
    await("/page", 4);
    assertEquals(0, topics.forgotten());
    clock.advance(Duration.ofDays(2));
    Await.until(
        () -> topics.forgotten() >= 1, DEADLINE, () -> "the group of the past to be forgotten");
    assertEquals(1, topics.forgotten());
  }

  @Test
  void aReceiverThatFailsIsTriedAgain() {
    webhook.answer(500, 503, 429);
    Member member = start("alerting-1");
    topics.write(transition(State.FIRING, clock.instant(), down("db-1:9100", "page")));
    await("/page", 1);
    assertEquals(4, member.counter("weir_alerting_notification_requests"));
    awaitAnswered(1);
    assertEquals(1, member.counter("weir_alerting_notifications"));
  }

  @Test
  void aReceiverThatRefusesIsToldAtTheNextFlush() {
    webhook.answer(400);
    start("alerting-1");
    topics.write(transition(State.FIRING, clock.instant(), down("db-1:9100", "page")));
    Await.until(webhook::hasAnswered, DEADLINE, () -> "the receiver to refuse");
    Await.until(
        () ->
            topics.told().stream()
                .anyMatch(state -> state.integrations().get(0).attempt().isEmpty()),
        DEADLINE,
        () -> "the refusal to be noted");
    assertEquals(List.of(), webhook.bodies("/page"));
    clock.advance(Duration.ofSeconds(10));
    await("/page", 1);
  }

  @Test
  void aChangedRouteTakesOverWhatReceiversKnow() {
    Member member = start("alerting-1");
    topics.write(transition(State.FIRING, clock.instant(), down("db-1:9100", "page")));
    await("/page", 1);
    awaitAnswered(1);
    member
        .role()
        .reload(
            NotificationConfig.of(
                "alertmanager.yml", config().replace("receiver: tickets\n", "receiver: on-call\n")),
            alertmanagers());
    clock.advance(Duration.ofSeconds(30));
    topics.write(transition(State.FIRING, clock.instant(), down("db-2:9100", "ticket")));
    awaitKnown(member, "db-2:9100");
    clock.advance(Duration.ofSeconds(30));
    List<String> bodies = await("/page", 2);
    assertTrue(bodies.get(1).contains("db-2:9100"), bodies.get(1));
    assertEquals(2, bodies.size());
    // What fired before is sent to the new Alertmanager too.
    assertTrue(await("/api/v2/alerts", 1).get(0).contains("db-1:9100"));
  }

  @Test
  void prometheusAndAmtoolFindAnAlertmanager() throws IOException, InterruptedException {
    Member member = start("alerting-1");
    String alert =
        """
        [{"labels":{"alertname":"DiskFull","severity":"page","instance":"db-1"},
          "annotations":{"summary":"<90%%>"},"generatorURL":"http://prometheus/graph",
          "startsAt":"%s","endsAt":"%s"}]
        """
            .formatted(clock.instant().minusSeconds(10), clock.instant().plusSeconds(240));
    assertEquals(200, member.post("/api/v2/alerts", alert).statusCode());
    assertTrue(await("/page", 1).get(0).contains("DiskFull"));
    String alerts = member.get("/api/v2/alerts?filter=severity%3D%22page%22").body();
    Fingerprint fingerprint =
        Fingerprint.of(Labels.of("alertname", "DiskFull", "severity", "page", "instance", "db-1"));
    assertTrue(
        alerts.startsWith("[{\"annotations\":{\"summary\":\"\\u003c90%\\u003e\"},\"endsAt\":\""),
        alerts);
    assertTrue(alerts.contains("\"fingerprint\":\"" + fingerprint + "\""), alerts);
    assertTrue(alerts.contains("\"receivers\":[{\"name\":\"on-call\"}]"), alerts);
    assertEquals("[]\n", member.get("/api/v2/alerts?filter=severity%3Dticket").body());
    assertEquals("[]\n", member.get("/api/v2/alerts?receiver=tick.*").body());
    assertEquals(
        "[{\"name\":\"tickets\"},{\"name\":\"on-call\"}]\n",
        member.get("/api/v2/receivers").body());
    String groups = member.get("/api/v2/alerts/groups").body();
    assertTrue(
        groups.contains(
            "\"labels\":{\"alertname\":\"DiskFull\"},\"receiver\":{\"name\":\"on-call\"}"),
        groups);
    assertTrue(member.get("/api/v2/status").body().contains("\"versionInfo\":{"));

    // Sent again with a slightly later end, as each minute: nothing new is written.
    assertEquals(200, member.post("/api/v2/alerts", alert).statusCode());
    assertEquals(1, topics.transitions().size());

    String ended =
        alert.replaceAll("\"endsAt\":\"[^\"]*\"", "\"endsAt\":\"" + clock.instant() + '"');
    assertEquals(200, member.post("/api/v2/alerts", ended).statusCode());
    awaitUnknown(member, "db-1");
    clock.advance(Duration.ofSeconds(10));
    assertTrue(await("/page", 2).get(1).contains("\"status\":\"resolved\""));
    assertEquals("[]\n", member.get("/api/v2/alerts").body());
  }

  @Test
  void badRequestsAreTold() throws IOException, InterruptedException {
    Member member = start("alerting-1");
    checkRefused(member, "[{\"labels\":{}}]", "\"at least one label pair required\"\n");
    checkRefused(
        member,
        "{}",
        "\"alerts, line 1: found START_OBJECT where a list of alerts is expected\"\n");
    checkRefused(
        member,
        "[{\"startsAt\":\"noon\"}]",
        "\"alerts: startsAt \\\"noon\\\" is no time; write it as 2026-03-01T12:00:00Z\"\n");
    assertEquals(400, member.get("/api/v2/alerts?filter=a%20b").statusCode());
    assertEquals(400, member.get("/api/v2/alerts?active=maybe").statusCode());
  }

  private static void checkRefused(Member member, String body, String expected)
      throws IOException, InterruptedException {
    var answer = member.post("/api/v2/alerts", body);
    assertEquals(400, answer.statusCode());
    assertEquals(expected, answer.body());
  }

  private AlertmanagersConfig alertmanagers() {
    return new AlertmanagersConfig(
        List.of(),
        List.of(
            new AlertmanagersConfig.Destination(
                URI.create(webhook.url("/api/v2/alerts")),
                Duration.ofSeconds(10),
                HttpClientConfig.DEFAULT,
                List.of())));
  }

  @Test
  void alertmanagersHearOfRulesAlertsAgainAndAgain() {
    start("alerting-1", config(), alertmanagers());
    Instant startsAt = clock.instant();
    topics.write(transition(State.FIRING, startsAt, down("db-1:9100", "ticket")));
    assertEquals(
        "[{\"labels\":{\"alertname\":\"InstanceDown\",\"instance\":\"db-1:9100\",\"job\":\"node\","
            + "\"severity\":\"ticket\"},\"annotations\":{\"summary\":\"db-1:9100 is down\"},"
            + "\"startsAt\":\""
            + startsAt
            + "\",\"endsAt\":\""
            + startsAt.plusSeconds(240)
            + "\",\"generatorURL\":\"http://weir.example:9090/graph\"}]",
        await("/api/v2/alerts", 1).get(0));
    clock.advance(Duration.ofSeconds(60));
    assertTrue(
        await("/api/v2/alerts", 2)
            .get(1)
            .contains("\"endsAt\":\"" + startsAt.plusSeconds(300) + '"'));
    Instant end = clock.advance(Duration.ofSeconds(1));
    topics.write(transition(State.RESOLVED, end, down("db-1:9100", "ticket")));
    assertTrue(await("/api/v2/alerts", 3).get(2).contains("\"endsAt\":\"" + end + '"'));
    Instant again = clock.advance(Duration.ofSeconds(1));
    topics.write(transition(State.FIRING, again, down("db-1:9100", "ticket")));
    assertTrue(
        await("/api/v2/alerts", 4).get(3).contains("\"startsAt\":\"" + again + '"'),
        "what fires again is told at once");
  }
}
