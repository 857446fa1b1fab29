package dev.weir.rules.alert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weir.model.Labels;
import dev.weir.model.WeirException;
import dev.weir.rules.Rule;
import dev.weir.rules.file.RuleFile;
import dev.weir.rules.file.RuleFileSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AlertLifecycleTest {
  private static final long MINUTE = 60_000;
  private static final Labels DOWN = Labels.of("alertname", "NodeDown", "instance", "web-1:9100");

  private static final SilentTargets SILENT =
      SilentTargets.of(List.of(new SilentTargets.Target("node", "web-1:9100")));

  private static Rule.Alerting rule(String forText, String keepFiringFor) {
    String times = "for: %s, keep_firing_for: %s".formatted(forText, keepFiringFor);
    String text = "groups: [{name: g, rules: [{alert: NodeDown, expr: up == 0, " + times + "}]}]";
    return (Rule.Alerting)
        RuleFile.parse("r.yml", text, RuleFileSettings.DEFAULT)
            .groups()
            .getFirst()
            .rules()
            .getFirst();
  }

  private static ActiveElement element(double value) {
    return new ActiveElement(DOWN, Map.of("summary", "down at " + value), value);
  }

  private static AlertStep step(
      Rule.Alerting rule, List<Alert> before, long minute, ActiveElement... elements) {
    return AlertLifecycle.step(
        rule, List.of(elements), before, minute * MINUTE, 0, true, SilentTargets.NONE);
  }

  /// One letter for each minute: `1` the element is there, `-` it is not, `?` it is missing from
  /// incomplete data, `~` its target is silent. The result has the first letter of the state after
  /// each.
  private static String states(Rule.Alerting rule, String minutes) {
    StringBuilder states = new StringBuilder();
    List<Alert> alerts = List.of();
    for (int minute = 0; minute < minutes.length(); minute++) {
      char c = minutes.charAt(minute);
      List<ActiveElement> elements = c == '1' ? List.of(element(0)) : List.of();
      AlertStep step =
          AlertLifecycle.step(
              rule,
              elements,
              alerts,
              minute * MINUTE,
              0,
              c != '?',
              c == '~' ? SILENT : SilentTargets.NONE);
      alerts = step.alerts();
      List<Alert> active = step.active();
      states.append(active.isEmpty() ? 'i' : active.getFirst().state().text().charAt(0));
    }
    return states.toString();
  }

  @ParameterizedTest
  @CsvSource({
    // for, keep_firing_for, elements, states
    "0s, 0s, -11--1, iffiif",
    "2m, 0s, 1111--1, ppffiip",
    "2m, 0s, 11-1111, ppippff",
    "1m, 2m, 11----1, pfffiip",
    "1m, 2m, 11--1----, pffffffii",
    "0s, 2m, 1-1-1--, fffffff",
    "1m, 0s, 11??-, pfffi",
    "2m, 0s, 1?1, ppf",
    "2m, 0s, 1??-, pppi",
    "2m, 3m, 111??----, ppffffffi",
    "1m, 0s, 11~~-, pfffi",
    "2m, 0s, 1~-, ppi",
    "0s, 2m, 1~~---, fffffi",
  })
  void goesThroughItsStates(String forText, String keep, String elements, String states) {
    assertEquals(states, states(rule(forText, keep), elements));
  }

  @Test
  void anAlertTakesOverTheLatestValueAndAnnotationsAndKeepsItsClock() {
    Rule.Alerting rule = rule("5m", "0s");
    List<Alert> alerts = step(rule, List.of(), 0, element(1)).alerts();
    alerts = step(rule, alerts, 1, element(2)).alerts();
    assertEquals(
        new Alert(
            DOWN,
            Map.of("summary", "down at 2.0"),
            AlertState.PENDING,
            2,
            0,
            Alert.NEVER,
            Alert.NEVER,
            Alert.NEVER),
        alerts.getFirst());
  }

  @Test
  void everyChangeOfStateIsATransition() {
    Rule.Alerting rule = rule("1m", "0s");
    List<String> told = new ArrayList<>();
    List<Alert> alerts = List.of();
    for (int minute = 0; minute < 8; minute++) {
      boolean there = minute < 3 || minute == 5;
      AlertStep step = there ? step(rule, alerts, minute, element(0)) : step(rule, alerts, minute);
      alerts = step.alerts();
      for (AlertTransition transition : step.transitions()) {
        told.add(
            "%d %s-%s%s"
                .formatted(
                    transition.timestampMillis() / MINUTE,
                    transition.from().text(),
                    transition.to().text(),
                    transition.isResolved() ? " resolved" : ""));
      }
    }
    assertEquals(
        List.of(
            "0 inactive-pending",
            "1 pending-firing",
            "3 firing-inactive resolved",
            "5 inactive-pending",
            "6 pending-inactive"),
        told);
  }

  @Test
  void anAlertThatFiresAtOnceWasNeverPending() {
    AlertStep step = step(rule("0s", "0s"), List.of(), 7, element(0));
    assertEquals(1, step.transitions().size());
    assertEquals(AlertState.INACTIVE, step.transitions().getFirst().from());
    assertEquals(7 * MINUTE, step.alerts().getFirst().firedAtMillis());
  }

  @Test
  void anEndIsRememberedForAQuarterOfAnHour() {
    Rule.Alerting rule = rule("0s", "0s");
    List<Alert> alerts = step(rule, List.of(), 0, element(0)).alerts();
    alerts = step(rule, alerts, 1).alerts();
    assertEquals(MINUTE, alerts.getFirst().resolvedAtMillis());
    alerts = step(rule, alerts, 16).alerts();
    assertEquals(1, alerts.size());
    assertEquals(List.of(), step(rule, alerts, 17).alerts());
  }

  @Test
  void moreAlertsThanTheLimitAreAnErrorAndNoChange() {
    Rule.Alerting rule = rule("0s", "0s");
    ActiveElement other = new ActiveElement(DOWN.with("instance", "web-2:9100"), Map.of(), 0);
    WeirException.Unprocessable failed =
        assertThrows(
            WeirException.Unprocessable.class,
            () ->
                AlertLifecycle.step(
                    rule, List.of(element(0), other), List.of(), 0, 1, true, SilentTargets.NONE));
    assertEquals("exceeded limit of 1 with 2 alerts", failed.getMessage());
  }

  @ParameterizedTest
  @CsvSource({
    // Active since minute 0, last seen at minute 20, back at minute 50.
    // A clock of an hour goes on: 40 minutes remain.
    "1h, 30",
    // Five minutes would remain: at least the grace of ten does.
    "25m, 35",
    // It fired before the outage, and will again.
    "15m, 0",
    // Shorter than the grace: it starts anew.
    "5m, 50"
  })
  void clocksGoOnAfterAnOutage(String forText, long activeAtMinute) {
    Rule.Alerting rule = rule(forText, "0s");
    List<Alert> alerts = step(rule, List.of(), 50, element(0)).alerts();
    List<Alert> restored =
        ForClocks.restored(
            rule,
            alerts,
            Map.of(DOWN, new ForClocks.LastSeen(20 * MINUTE, 0)),
            50 * MINUTE,
            Duration.ofMinutes(10));
    assertEquals(activeAtMinute * MINUTE, restored.getFirst().activeAtMillis());
  }
}
