package dev.weir.alerting;

import static dev.weir.alerting.AlertTopics.down;
import static dev.weir.alerting.AlertTopics.transition;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.model.Labels;
import dev.weir.schemas.AlertTransition;
import dev.weir.schemas.AlertTransition.Rule;
import dev.weir.schemas.AlertTransition.State;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CurrentAlertsTest {
  private static final Instant T = Instant.parse("2026-03-01T12:00:00Z");
  private static final Labels DB_1 = down("db-1:9100", "page");

  private final CurrentAlerts alerts =
      new CurrentAlerts(2, new AlertingMetrics(new PrometheusRegistry()));

  private Optional<CurrentAlert> apply(AlertTransition transition) {
    return alerts.apply(transition, transition.evaluatedAt(), transition.evaluatedAt());
  }

  private static AlertTransition ofRule(AlertTransition transition, String rule) {
    return new AlertTransition(
        transition.tenant(),
        transition.labels(),
        transition.externalLabels(),
        Labels.of("summary", rule),
        transition.state(),
        transition.activeAt(),
        transition.startsAt(),
        transition.keepFiringSince(),
        transition.endsAt(),
        transition.value(),
        transition.evaluatedAt(),
        Optional.of(new Rule("node.yml", "node", rule)),
        transition.generatorUrl());
  }

  private static Instant at(int seconds) {
    return T.plusSeconds(seconds);
  }

  private static boolean fires(Optional<CurrentAlert> alert, Instant time) {
    return !alert.orElseThrow().isResolvedAt(time);
  }

  @Test
  void anAlertThatOnlyWasPendingIsNone() {
    assertEquals(Optional.empty(), apply(transition(State.PENDING, T, DB_1)));
    assertEquals(Optional.empty(), apply(transition(State.INACTIVE, at(5), DB_1)));
    assertEquals(0, alerts.size());
  }

  @Test
  void anAlertFiresUntilItIsResolved() {
    assertTrue(fires(apply(transition(State.FIRING, T, DB_1)), at(9_999)));
    assertFalse(fires(apply(transition(State.RESOLVED, at(60), DB_1)), at(60)));
  }

  @Test
  void afterAnOutageThePendingStateEndsTheAlert() {
    apply(transition(State.FIRING, T, DB_1));
    Optional<CurrentAlert> alert = apply(transition(State.PENDING, at(60), DB_1));
    assertEquals(Optional.of(at(60)), alert.orElseThrow().alert().endsAt());
  }

  @Test
  void anAlertOfTwoRulesFiresWhileOneOfThemDoes() {
    apply(ofRule(transition(State.FIRING, T, DB_1), "a"));
    Optional<CurrentAlert> both = apply(ofRule(transition(State.FIRING, at(10), DB_1), "b"));
    assertEquals(T, both.orElseThrow().alert().startsAt());
    assertEquals("b", both.orElseThrow().alert().annotations().get("summary"));
    Optional<CurrentAlert> one = apply(ofRule(transition(State.RESOLVED, at(20), DB_1), "b"));
    assertTrue(fires(one, at(30)));
    assertEquals("a", one.orElseThrow().alert().annotations().get("summary"));
    Optional<CurrentAlert> none = apply(ofRule(transition(State.RESOLVED, at(40), DB_1), "a"));
    assertEquals(Optional.of(at(40)), none.orElseThrow().alert().endsAt());
  }

  @Test
  void resolvedAlertsAreForgottenUnlessSomeoneHasToHear() {
    CurrentAlert.Id id = apply(transition(State.FIRING, T, DB_1)).orElseThrow().id();
    alerts.forgetResolved(at(900), at(900), _ -> false);
    assertEquals(1, alerts.size());
    apply(transition(State.RESOLVED, at(60), DB_1));
    alerts.forgetResolved(at(60), at(900), _ -> false);
    assertEquals(1, alerts.size());
    alerts.forgetResolved(at(61), at(900), id::equals);
    assertEquals(1, alerts.size());
    alerts.forgetResolved(at(61), at(900), _ -> false);
    assertEquals(0, alerts.size());
  }

  @Test
  void alertsBeyondTheBoundAreRefused() {
    apply(transition(State.FIRING, T, DB_1));
    apply(transition(State.FIRING, T, down("db-2:9100", "page")));
    assertEquals(Optional.empty(), apply(transition(State.FIRING, T, down("db-3:9100", "page"))));
    assertTrue(apply(transition(State.RESOLVED, at(5), DB_1)).isPresent());
  }
}
