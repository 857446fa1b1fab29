package dev.weir.rules.group;

import static dev.weir.rules.group.Evaluations.recorded;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.rules.alert.Alert;
import dev.weir.rules.alert.AlertState;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class GroupEvaluatorTest {

  private static final String CHAIN =
      """
        - name: requests
          labels: {team: web, env: ""}
          rules:
            - record: job:requests:sum
              expr: sum by (job, env) (requests)
            - record: job:requests:double
              expr: job:requests:sum * 2
              labels: {kind: double, job: ""}
            - record: total
              expr: vector(scalar(sum(job:requests:sum)))
      """;

  @Test
  void aRuleSeesWhatEarlierRulesRecordedAtTheSameTime() {
    Evaluations evaluations =
        new Evaluations(
            CHAIN,
            "requests{job=\"api\", env=\"p\", instance=\"a\"} 1 2 3",
            "requests{job=\"api\", env=\"p\", instance=\"b\"} 10 20 30");
    assertEquals(
        Map.of(
            "job:requests:sum{job=\"api\", team=\"web\"}", "22.0",
            "job:requests:double{kind=\"double\", team=\"web\"}", "44.0",
            "total{team=\"web\"}", "22.0"),
        recorded(evaluations.at(1)));
  }

  @Test
  void aRuleBeforeItSeesWhatWasRecordedLast() {
    Evaluations evaluations =
        new Evaluations(
            """
              - name: order
                rules:
                  - {record: later, expr: earlier + 0}
                  - {record: earlier, expr: sum(requests)}
            """,
            "requests 1 2 3");
    assertEquals(Map.of("earlier", "1.0"), recorded(evaluations.at(0)));
    assertEquals(Map.of("later", "1.0", "earlier", "2.0"), recorded(evaluations.at(1)));
  }

  @Test
  void rangesReachOverWhatIsRecordedNow() {
    Evaluations evaluations =
        new Evaluations(
            """
              - name: ranges
                rules:
                  - {record: sum:requests, expr: sum(requests)}
                  - {record: grown, expr: "delta(sum:requests[2m1s]) > bool 0"}
                  - {record: seen, expr: "count_over_time(sum:requests[10m])"}
            """,
            "requests 1 2 3");
    evaluations.at(0);
    assertEquals("2.0", recorded(evaluations.at(1)).get("seen"));
    assertEquals("3.0", recorded(evaluations.at(2)).get("seen"));
  }

  @Test
  void aSeriesThatVanishesIsMarked() {
    Evaluations evaluations =
        new Evaluations(
            """
              - name: stale
                rules:
                  - {record: up:down, expr: up == 0}
                  - {record: sees, expr: count(up:down)}
            """,
            "up{job=\"a\"} 0 1 1",
            "up{job=\"b\"} 0 0 0");
    assertEquals("2.0", recorded(evaluations.at(0)).get("sees"));
    Map<String, String> second = recorded(evaluations.at(1));
    assertEquals("stale", second.get("up:down{job=\"a\"}"));
    assertEquals("1.0", second.get("sees"));
    assertFalse(recorded(evaluations.at(2)).containsKey("up:down{job=\"a\"}"));
  }

  @Test
  void incompleteDataEndsNothing() {
    Evaluations evaluations =
        new Evaluations(
            """
              - name: incomplete
                rules:
                  - {record: up:down, expr: up == 0}
                  - {alert: Down, expr: up == 0}
            """,
            "up{job=\"a\"} 0 1 1 1");
    evaluations.at(0);
    GroupResult incomplete = evaluations.at(1, false);
    assertFalse(incomplete.complete());
    assertEquals(List.of(), incomplete.transitions());
    assertEquals(
        Map.of(
            "ALERTS{alertname=\"Down\", alertstate=\"firing\", job=\"a\"}", "1.0",
            "ALERTS_FOR_STATE{alertname=\"Down\", job=\"a\"}", "0.0"),
        recorded(incomplete));
    GroupResult complete = evaluations.at(2);
    assertTrue(complete.transitions().getFirst().isResolved());
    assertEquals("stale", recorded(complete).get("up:down{job=\"a\"}"));
  }

  @Test
  void alertsAreToldBySeriesThatEndWithThem() {
    Evaluations evaluations =
        new Evaluations(
            """
              - name: alerts
                rules:
                  - alert: NodeDown
                    expr: up == 0
                    for: 1m
                    labels: {severity: '{{ if eq $labels.job "db" }}page{{ else }}ticket{{ end }}'}
                    annotations:
                      summary: '{{ $labels.instance }} of {{ with query "count(up)" }}{{ . | first | value }}{{ end }} is {{ $value }} in {{ $externalLabels.region }}'
            """,
            "up{job=\"db\", instance=\"a\"} 0 0 1",
            "up{job=\"web\", instance=\"b\"} 1 1 1");
    String labels = "alertname=\"NodeDown\", alertstate=\"%s\", instance=\"a\", job=\"db\"";
    String pending = "ALERTS{%s, severity=\"page\"}".formatted(labels.formatted("pending"));
    String firing = "ALERTS{%s, severity=\"page\"}".formatted(labels.formatted("firing"));
    String since =
        "ALERTS_FOR_STATE{alertname=\"NodeDown\", instance=\"a\", job=\"db\", severity=\"page\"}";
    GroupResult first = evaluations.at(0);
    assertEquals(Map.of(pending, "1.0", since, "0.0"), recorded(first));
    Alert alert = first.transitions().getFirst().alert();
    assertEquals("a of 2 is 0 in eu", alert.annotations().get("summary"));
    assertEquals(
        Map.of(pending, "stale", firing, "1.0", since, "0.0"), recorded(evaluations.at(1)));
    assertEquals(Map.of(firing, "stale", since, "stale"), recorded(evaluations.at(2)));
  }

  @Test
  void aRuleThatFailsKeepsItsStateAndOthersGoOn() {
    Evaluations evaluations =
        new Evaluations(
            """
              - name: failing
                limit: 1
                rules:
                  - {alert: Down, expr: up == 0}
                  - {record: one, expr: "vector(1)"}
                  - {record: twins, expr: up, labels: {job: same}}
            """,
            "up{job=\"a\"} 0 0 1",
            "up{job=\"b\"} 1 0 1");
    evaluations.at(0);
    GroupResult second = evaluations.at(1);
    assertEquals(
        List.of(
            Optional.of("exceeded limit of 1 with 2 alerts"),
            Optional.empty(),
            Optional.of(
                "vector contains metrics with the same labelset after applying rule labels")),
        second.rules().stream().map(RuleResult::error).toList());
    assertEquals(Map.of("one", "1.0"), recorded(second));
    Alert kept = evaluations.state().rules().getFirst().alerts().getFirst();
    assertEquals(AlertState.FIRING, kept.state());
    assertTrue(evaluations.at(2).transitions().getFirst().isResolved());
  }

  @Test
  void alertsWithTheSameLabelsAreAnError() {
    Evaluations evaluations =
        new Evaluations(
            "  - {name: same, rules: [{alert: Down, expr: up == 0, labels: {job: x}}]}",
            "up{job=\"a\"} 0",
            "up{job=\"b\"} 0");
    assertEquals(
        Optional.of("vector contains metrics with the same labelset after applying alert labels"),
        evaluations.at(0).rules().getFirst().error());
  }

  @Test
  void looksBackByTheOffsetAndRecordsThere() {
    Evaluations evaluations =
        new Evaluations(
            "  - {name: late, query_offset: 2m, rules: [{record: copy, expr: sum(x)}]}",
            "x 1 2 3 4");
    GroupResult result = evaluations.at(3);
    assertEquals(Map.of("copy", "2.0"), recorded(result));
    assertEquals(Evaluations.MINUTE, result.sampleMillis());
  }

  @Test
  void aScalarIsRecordedWithoutLabels() {
    Evaluations evaluations =
        new Evaluations("  - {name: s, rules: [{record: one, expr: 1 + 1}]}", "x 1");
    assertEquals(Map.of("one", "2.0"), recorded(evaluations.at(0)));
  }

  @Test
  void unchangedRulesKeepTheirStateAndSeriesOfOthersEnd() {
    Evaluations evaluations =
        new Evaluations(
            """
              - name: reload
                rules:
                  - {record: gone, expr: sum(up)}
                  - {alert: Down, expr: up == 0, for: 5m}
            """,
            "up{job=\"a\"} 0x10");
    evaluations.at(0);
    evaluations.reload(
        """
          - name: reload
            rules:
              - {record: new, expr: count(up)}
              - {alert: Down, expr: up == 0, for: 5m, annotations: {note: changed}}
        """);
    GroupResult after = evaluations.at(1);
    assertEquals("stale", recorded(after).get("gone"));
    assertEquals("1.0", recorded(after).get("new"));
    Alert alert = evaluations.state().rules().getLast().alerts().getFirst();
    assertEquals(0, alert.activeAtMillis());
    assertEquals(Map.of("note", "changed"), alert.annotations());
    assertFalse(recorded(evaluations.at(2)).containsKey("gone"));
  }
}
