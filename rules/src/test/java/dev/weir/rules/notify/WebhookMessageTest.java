package dev.weir.rules.notify;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weir.model.Labels;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// The bodies are what Alertmanager 0.25 sent for the same alerts.
class WebhookMessageTest {
  private static final Labels DB_1 =
      Labels.of(
          "alertname", "InstanceDown",
          "cluster", "eu-1",
          "instance", "db-1:9100",
          "job", "node",
          "severity", "page");
  private static final GroupAlert FIRING =
      new GroupAlert(
          DB_1,
          Labels.of("summary", "<b>db-1</b> & more are \"down\" – größer\n"),
          Instant.parse("2026-03-01T12:00:00.120Z"),
          Optional.of(Instant.parse("2036-03-01T12:00:00Z")),
          "http://prometheus/graph?g0.expr=up+%3D%3D+0&g0.tab=1");
  private static final GroupAlert RESOLVED =
      new GroupAlert(
          DB_1.with("instance", "db-2:9100"),
          Labels.of("summary", "db-2"),
          Instant.parse("2026-03-01T10:00:00Z"),
          Optional.of(Instant.parse("2026-03-01T12:30:00.5Z")),
          "");
  private static final Labels GROUP = Labels.of("alertname", "InstanceDown", "cluster", "eu-1");
  private static final String GROUP_KEY =
      "{}/{cluster=~\"eu-.*\",severity=\"page\"}:{alertname=\"InstanceDown\", cluster=\"eu-1\"}";

  private static String json(Flush flush, boolean sendResolved, int maxAlerts) {
    return new WebhookMessage(
            "on-call (eu.1)",
            GROUP_KEY,
            GROUP,
            flush,
            flush.alerts(sendResolved),
            maxAlerts,
            "http://weir.example:9093")
        .toJson();
  }

  private static final Flush BOTH =
      Flush.of(List.of(RESOLVED, FIRING), Instant.parse("2026-11-21T11:22:40Z"));

  @Test
  void isAlertmanagersByteForByte() {
    assertEquals(
        """
        {"receiver":"on-call \\\\(eu\\\\.1\\\\)","status":"firing","alerts":[{"status":"firing",\
        "labels":{"alertname":"InstanceDown","cluster":"eu-1","instance":"db-1:9100","job":"node",\
        "severity":"page"},"annotations":{"summary":"\\u003cb\\u003edb-1\\u003c/b\\u003e \\u0026 more\
         are \\"down\\" – größer\\n"},"startsAt":"2026-03-01T12:00:00.12Z",\
        "endsAt":"0001-01-01T00:00:00Z",\
        "generatorURL":"http://prometheus/graph?g0.expr=up+%3D%3D+0\\u0026g0.tab=1",\
        "fingerprint":"82ef35ba31f9c4d5"},{"status":"resolved","labels":{"alertname":"InstanceDown",\
        "cluster":"eu-1","instance":"db-2:9100","job":"node","severity":"page"},\
        "annotations":{"summary":"db-2"},"startsAt":"2026-03-01T10:00:00Z",\
        "endsAt":"2026-03-01T12:30:00.5Z","generatorURL":"","fingerprint":"cd0ff1f6f915481a"}],\
        "groupLabels":{"alertname":"InstanceDown","cluster":"eu-1"},\
        "commonLabels":{"alertname":"InstanceDown","cluster":"eu-1","job":"node",\
        "severity":"page"},"commonAnnotations":{},"externalURL":"http://weir.example:9093",\
        "version":"4","groupKey":"{}/{cluster=~\\"eu-.*\\",severity=\\"page\\"}:\
        {alertname=\\"InstanceDown\\", cluster=\\"eu-1\\"}","truncatedAlerts":0}
        """,
        json(BOTH, true, 0));
  }

  @Test
  void whatIsCutOffIsCounted() {
    String json = json(BOTH, true, 1);
    assertEquals(true, json.endsWith("\"truncatedAlerts\":1}\n"), json);
    assertEquals(false, json.contains("db-2"), json);
    assertEquals(true, json.contains("\"commonAnnotations\":{\"summary\":"), json);
  }

  @Test
  void resolvedAlertsAreLeftOutForThoseWhoDoNotWantThem() {
    assertEquals(false, json(BOTH, false, 0).contains("db-2"));
  }

  @Test
  void aGroupIsResolvedWhenAllOfItIs() {
    Flush flush = Flush.of(List.of(RESOLVED), Instant.parse("2026-11-21T11:22:40Z"));
    String start = "{\"receiver\":\"on-call \\\\(eu\\\\.1\\\\)\",\"status\":\"resolved\"";
    assertEquals(start, json(flush, true, 0).substring(0, start.length()));
  }

  @Test
  void controlCharactersAreEscapedAsGoDoes() {
    StringBuilder out = new StringBuilder();
    GoJson.append(out, "\u0000\u001f\b\f\r\t\u2028/😀");
    assertEquals("\"\\u0000\\u001f\\b\\f\\r\\t\\u2028/😀\"", out.toString());
  }

  @Test
  void timesHaveAsManyDigitsAsTheyNeed() {
    assertEquals("2026-03-01T12:00:00Z", GoTime.format(Instant.parse("2026-03-01T12:00:00Z")));
    assertEquals(
        "2026-03-01T12:00:00.000001Z", GoTime.format(Instant.parse("2026-03-01T12:00:00.000001Z")));
  }

  @Test
  void alertsAreOrderedByJobAndInstance() {
    GroupAlert noJob =
        new GroupAlert(
            Labels.of("alertname", "A"), Labels.EMPTY, Instant.EPOCH, Optional.empty(), "");
    GroupAlert fewer =
        new GroupAlert(
            Labels.of("alertname", "Z", "job", "node", "instance", "db-1:9100"),
            Labels.EMPTY,
            Instant.EPOCH,
            Optional.empty(),
            "");
    Flush flush = Flush.of(List.of(noJob, FIRING, fewer), Instant.EPOCH);
    assertEquals(List.of(fewer, FIRING, noJob), flush.alerts(true));
  }
}
