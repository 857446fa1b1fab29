package dev.weir.history.notify;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.re2j.Pattern;
import dev.weir.history.alert.AlertPeriod;
import dev.weir.model.Labels;
import dev.weir.model.TimeRange;
import dev.weir.model.relabel.RelabelRule;
import dev.weir.model.relabel.Relabeler;
import dev.weir.rules.routing.AlertmanagerConfig;
import dev.weir.yaml.ConfigFile;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class NotificationReplayTest {
  private static final long MINUTE = 60_000;
  private static final TimeRange DAY = new TimeRange(0, 24 * 60 * MINUTE);

  private static final AlertmanagerConfig CONFIG =
      AlertmanagerConfig.read(
          ConfigFile.of(
              "alertmanager.yml",
              """
              route:
                receiver: team
                group_by: [alertname]
                group_wait: 30s
                group_interval: 5m
                repeat_interval: 4h
                routes:
                  - matchers: [severity="info"]
                    receiver: nobody-hears-the-end
              receivers:
                - name: team
                  webhook_configs:
                    - url: http://team.example/
                - name: nobody-hears-the-end
                  webhook_configs:
                    - url: http://chat.example/
                      send_resolved: false
              """),
          (_, _, section, _) -> section.keys());

  private static AlertPeriod fired(
      String alert, String instance, String severity, long from, long to) {
    return new AlertPeriod(
        0,
        Labels.of("alertname", alert, "instance", instance, "severity", severity),
        from * MINUTE,
        OptionalLong.of(from * MINUTE),
        to * MINUTE,
        to * MINUTE >= DAY.endMillis(),
        Map.of());
  }

  private static List<String> replay(AlertPeriod... periods) {
    return replay(AlertLabels.OWN, DAY, periods);
  }

  private static List<String> replay(AlertLabels labels, TimeRange range, AlertPeriod... periods) {
    return NotificationReplay.of(CONFIG, labels, List.of(periods), range).stream()
        .map(sent ->
            "%s %s %s %d/%d"
                .formatted(
                    sent.timestampMillis() / 1000,
                    sent.receiver(),
                    sent.reason(),
                    sent.firing(),
                    sent.resolved()))
        .toList();
  }

  @Test
  void anAlertIsToldAfterTheGroupsWaitAndItsEndAtTheNextInterval() {
    assertEquals(
        List.of("630 team FIRST 1/0", "930 team ALL_RESOLVED 0/1"),
        replay(fired("Down", "a", "page", 10, 12)));
  }

  @Test
  void alertsOfAGroupAreToldTogether() {
    assertEquals(
        List.of(
            "630 team FIRST 2/0",
            "930 team NEW_FIRING 3/0",
            "1830 team NEW_RESOLVED 2/1",
            "3930 team ALL_RESOLVED 0/2"),
        replay(
            fired("Down", "a", "page", 10, 30),
            fired("Down", "b", "page", 10, 61),
            fired("Down", "c", "page", 12, 61)));
  }

  @Test
  void whatFiresOnIsRepeated() {
    // Every four hours: the ticks of every five minutes meet them.
    assertEquals(
        List.of(
            "30 team FIRST 1/0",
            "14430 team REPEAT 1/0",
            "28830 team REPEAT 1/0",
            "43230 team REPEAT 1/0",
            "57630 team REPEAT 1/0",
            "72030 team REPEAT 1/0"),
        replay(fired("Down", "a", "page", 0, 24 * 60)));
  }

  @Test
  void anAlertThatFlapsWithinTheWaitIsToldOnce() {
    assertEquals(
        List.of("630 team FIRST 1/0", "930 team ALL_RESOLVED 0/1", "4230 team FIRST 1/0"),
        replay(
                fired("Down", "a", "page", 10, 11),
                fired("Down", "a", "page", 12, 13),
                fired("Down", "a", "page", 70, 71))
            .subList(0, 3));
  }

  @Test
  void whoHearsNoEndsIsNotTold() {
    assertEquals(
        List.of("630 nobody-hears-the-end FIRST 1/0", "7230 nobody-hears-the-end FIRST 1/0"),
        replay(fired("Note", "a", "info", 10, 20), fired("Note", "a", "info", 120, 130)));
  }

  @Test
  void ofWhatFiresAtTheStartOnlyTheRestIsNews() {
    TimeRange later = new TimeRange(60 * MINUTE, DAY.endMillis());
    assertEquals(
        List.of("3600 team NEW_FIRING 2/0", "3900 team ALL_RESOLVED 0/2"),
        replay(
            AlertLabels.OWN,
            later,
            fired("Down", "a", "page", 10, 62),
            fired("Down", "b", "page", 60, 62),
            // Over, and told of, before.
            fired("Slow", "a", "page", 10, 59)));
    assertEquals(
        List.of("18000 team REPEAT 1/0"),
        replay(AlertLabels.OWN, later, fired("Down", "a", "page", 10, 24 * 60)).subList(0, 1));
  }

  @Test
  void externalLabelsAndRelabellingDecideWhoIsTold() {
    AlertLabels external =
        new AlertLabels(
            Labels.of("severity", "info", "replica", "1"),
            new Relabeler(
                List.of(
                    new RelabelRule.Drop(
                        new RelabelRule.Source(List.of("instance"), ";"), Pattern.compile("b")))));
    assertEquals(
        List.of("630 nobody-hears-the-end FIRST 1/0"),
        replay(external, DAY, fired("Note", "a", "", 10, 20), fired("Note", "b", "", 10, 20)));
    assertEquals(
        "630 team FIRST 1/0",
        replay(external, DAY, fired("Down", "a", "page", 10, 20)).getFirst(),
        "an alert's own label stays");
  }
}
