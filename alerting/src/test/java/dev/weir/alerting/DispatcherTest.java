package dev.weir.alerting;

import static dev.weir.alerting.AlertTopics.down;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.model.Fingerprint;
import dev.weir.model.Labels;
import dev.weir.model.Tenant;
import dev.weir.rules.notify.Decision;
import dev.weir.rules.notify.Flush;
import dev.weir.rules.notify.GroupAlert;
import dev.weir.schemas.NotificationState;
import dev.weir.schemas.NotificationState.Answered;
import dev.weir.schemas.NotificationState.Attempt;
import dev.weir.schemas.NotificationState.Integration;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class DispatcherTest {
  private static final Instant T = Instant.parse("2026-03-01T12:00:00Z");
  private static final Labels DB_1 = down("db-1:9100", "page");
  private static final Labels DB_2 = down("db-2:9100", "page");

  private final NotificationLog log = new NotificationLog();
  private final Dispatcher dispatcher = dispatcher(10);
  private long offset;

  private Dispatcher dispatcher(int maxGroups) {
    NotificationConfig config =
        NotificationConfig.of(
            "alertmanager.yml",
            """
            route:
              receiver: on-call
              group_by: [alertname]
              routes:
                - matchers: [team="db"]
                  receiver: quiet
                  continue: true
                - matchers: [team="db"]
                  receiver: on-call
            receivers:
              - name: on-call
                webhook_configs:
                  - url: http://localhost:1/
              - name: quiet
                webhook_configs:
                  - url: http://localhost:2/
                    send_resolved: false
            """);
    return new Dispatcher(
        config.alertmanager(), log, 4, maxGroups, new AlertingMetrics(new PrometheusRegistry()));
  }

  private static Instant at(int seconds) {
    return T.plusSeconds(seconds);
  }

  private static CurrentAlert firing(Labels labels, Instant startsAt) {
    return new CurrentAlert(
        Tenant.DEFAULT,
        new GroupAlert(labels, Labels.EMPTY, startsAt, Optional.empty(), ""),
        startsAt,
        true);
  }

  private static CurrentAlert resolved(Labels labels, Instant startsAt, Instant endsAt) {
    return new CurrentAlert(
        Tenant.DEFAULT,
        new GroupAlert(labels, Labels.EMPTY, startsAt, Optional.of(endsAt), ""),
        endsAt,
        true);
  }

  /// Decisions for each group that ticks.
  private List<Decision> tick(Instant now) {
    List<Decision> decisions = new ArrayList<>();
    for (LiveGroup live : dispatcher.tick(now)) {
      dispatcher.due(live, live.group().flush(now)).forEach(due -> decisions.add(due.decision()));
    }
    return decisions;
  }

  private void told(Instant flushedAt, SortedSet<Fingerprint> firing, Optional<Attempt> attempt) {
    NotificationState state =
        new NotificationState(
            Tenant.DEFAULT,
            "{}:{alertname=\"InstanceDown\"}",
            "on-call",
            Labels.of("alertname", "InstanceDown"),
            List.of(
                new Integration(
                    "webhook",
                    0,
                    firing.isEmpty()
                        ? Optional.empty()
                        : Optional.of(new Answered(flushedAt, flushedAt, firing, new TreeSet<>())),
                    attempt)));
    log.put(state, 0, offset++);
    dispatcher.heard(state, flushedAt);
  }

  private static SortedSet<Fingerprint> set(Labels... alerts) {
    SortedSet<Fingerprint> set = new TreeSet<>();
    for (Labels alert : alerts) {
      set.add(Fingerprint.of(alert));
    }
    return set;
  }

  @Test
  void aNewGroupIsToldOfAfterGroupWait() {
    dispatcher.insert(List.of(firing(DB_1, T)), T);
    assertEquals(List.of(), tick(at(29)));
    assertEquals(List.of(Decision.FIRST), tick(at(30)));
  }

  @Test
  void anAlertGoesToEveryRouteThatTakesIt() {
    dispatcher.insert(List.of(firing(DB_1.with("team", "db"), T)), T);
    assertEquals(List.of(Decision.FIRST, Decision.FIRST), tick(at(30)));
  }

  @Test
  void whatAnotherMemberHasToldIsSettled() {
    dispatcher.insert(List.of(firing(DB_1, T)), T);
    tick(at(30));
    assertEquals(1, dispatcher.pending().size());
    told(at(30), set(DB_1), Optional.empty());
    assertEquals(List.of(), dispatcher.pending());
    tick(at(330));
    assertTrue(dispatcher.settleIfNoNews(dispatcher.pending().get(0), at(330)));
  }

  @Test
  void whatAnotherMemberHasOnlyTriedIsNot() {
    dispatcher.insert(List.of(firing(DB_1, T)), T);
    tick(at(30));
    told(at(30), set(), Optional.of(new Attempt("alerting-0", at(30), set(DB_1))));
    assertEquals(1, dispatcher.pending().size());
  }

  @Test
  void whatMayHaveBeenToldHasAnEnd() {
    told(at(30), set(), Optional.of(new Attempt("alerting-0", at(30), set(DB_1))));
    dispatcher.begin(List.of(resolved(DB_1, T, at(40))), at(60));
    assertEquals(List.of(Decision.ALL_RESOLVED), tick(at(60)));
  }

  @Test
  void aGroupGoesOnAtTheClockOfItsLastFlush() {
    told(at(30), set(DB_1), Optional.empty());
    dispatcher.begin(List.of(firing(DB_1, T), firing(DB_2, at(100))), at(120));
    assertEquals(List.of(), tick(at(329)));
    assertEquals(List.of(Decision.NEW_FIRING), tick(at(330)));
  }

  @Test
  void resolvedAlertsNobodyKnowsOfMakeNoGroup() {
    dispatcher.begin(List.of(resolved(DB_1, T, at(40))), at(60));
    assertEquals(0, dispatcher.groups().size());
    told(at(30), set(DB_2), Optional.empty());
    dispatcher.begin(List.of(firing(DB_2, T), resolved(DB_1, T, at(20))), at(60));
    assertEquals(List.of(), tick(at(330)));
  }

  @Test
  void anAlertThatCameAndWentWhileNobodyRanIsToldWithTheOthers() {
    told(at(30), set(DB_2), Optional.empty());
    dispatcher.begin(List.of(firing(DB_2, T), resolved(DB_1, at(35), at(40))), at(60));
    assertEquals(List.of(Decision.NEW_RESOLVED), tick(at(330)));
  }

  @Test
  void whoDoesNotWantResolvedAlertsIsOnlyNoted() {
    Labels alert = DB_1.with("team", "db");
    dispatcher.insert(List.of(firing(alert, T)), T);
    LiveGroup quiet =
        dispatcher.tick(at(30)).stream()
            .filter(live -> live.route().receiver().equals("quiet"))
            .findFirst()
            .orElseThrow();
    NotificationState state =
        new NotificationState(
            Tenant.DEFAULT,
            quiet.groupKey(),
            "quiet",
            quiet.id().groupLabels(),
            List.of(
                new Integration(
                    "webhook",
                    0,
                    Optional.of(new Answered(at(30), at(30), set(alert), new TreeSet<>())),
                    Optional.empty())));
    log.put(state, 0, 0);
    dispatcher.heard(state, at(30));
    dispatcher.insert(List.of(resolved(alert, T, at(60))), at(60));
    Flush flush = quiet.group().flush(at(330));
    Dispatcher.DueWebhook due = dispatcher.due(quiet, flush).get(0);
    assertEquals(Decision.ALL_RESOLVED, due.decision());
    assertFalse(due.send());
  }

  @Test
  void tenantsHaveGroupsOfTheirOwn() {
    dispatcher.insert(List.of(firing(DB_1, T)), T);
    dispatcher.insert(
        List.of(new CurrentAlert(new Tenant("team-a"), firing(DB_1, T).alert(), T, true)), T);
    assertEquals(2, dispatcher.groups().size());
  }

  @Test
  void groupsBeyondTheBoundAreRefused() {
    Dispatcher bounded = dispatcher(1);
    bounded.insert(List.of(firing(DB_1, T)), T);
    bounded.insert(List.of(firing(DB_1.with("alertname", "DiskFull"), T)), T);
    bounded.insert(List.of(firing(DB_2, T)), T);
    assertEquals(1, bounded.groups().size());
    assertEquals(set(DB_1, DB_2), bounded.groups().iterator().next().group().alerts().keySet());
  }
}
