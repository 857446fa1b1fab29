package dev.weir.alerting;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weir.model.Labels;
import dev.weir.model.Tenant;
import dev.weir.model.WeirException;
import dev.weir.schemas.AlertTransition;
import dev.weir.schemas.AlertTransition.State;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PostedAlertTest {
  private static final Instant T = Instant.parse("2026-03-01T12:00:00Z");

  private static List<PostedAlert> read(String json) {
    return PostedAlert.read(json.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void whatPrometheusSendsIsRead() {
    assertEquals(
        List.of(
            new PostedAlert(
                Labels.of("alertname", "DiskFull"),
                Labels.of("summary", "größer"),
                Optional.of(T),
                Optional.of(T.plusSeconds(240)),
                "http://prometheus/graph"),
            new PostedAlert(
                Labels.of("alertname", "Watchdog"),
                Labels.EMPTY,
                Optional.empty(),
                Optional.empty(),
                "")),
        read(
            """
            [{"annotations":{"summary":"größer"},"endsAt":"2026-03-01T12:04:00.000Z",
              "startsAt":"2026-03-01T13:00:00+01:00","generatorURL":"http://prometheus/graph",
              "labels":{"alertname":"DiskFull","empty":""},"more":[{"x":1}]},
             {"labels":{"alertname":"Watchdog"},"startsAt":"0001-01-01T00:00:00Z","endsAt":null}]
            """));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "nope           | alerts, line 1: not JSON: Unrecognized token 'nope': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')",
        "[1]            | alerts, line 1: found VALUE_NUMBER_INT where an alert is expected",
        "[{\"labels\":{\"a\":1}}] | alerts, line 1: found VALUE_NUMBER_INT where the text of \"a\" is expected",
        "[{\"labels\":{\"\":\"x\"}}] | alerts: a name in labels is empty",
      })
  void saysWhatIsWrong(String json, String expected) {
    assertEquals(
        expected, assertThrows(WeirException.BadData.class, () -> read(json)).getMessage());
  }

  private static AlertTransition transition(Instant startsAt, Instant endsAt, Instant now) {
    return new AlertTransition(
        Tenant.DEFAULT,
        Labels.of("alertname", "DiskFull"),
        List.of(),
        Labels.EMPTY,
        endsAt.isAfter(now) ? State.FIRING : State.RESOLVED,
        startsAt,
        Optional.of(startsAt),
        Optional.empty(),
        Optional.of(endsAt),
        Double.NaN,
        now,
        Optional.empty(),
        "");
  }

  /// A Prometheus repeats a firing alert each minute, with an end four minutes later.
  @Test
  void ofWhatIsRepeatedOnlyNewsIsWritten() {
    AlertTransition first = transition(T, T.plusSeconds(240), T);
    assertEquals(Optional.of(first), AlertReceiver.news(Optional.empty(), first, T));
    Instant oneMinute = T.plusSeconds(60);
    AlertTransition second = transition(T, oneMinute.plusSeconds(240), oneMinute);
    assertEquals(Optional.empty(), AlertReceiver.news(Optional.of(first), second, oneMinute));
    Instant threeMinutes = T.plusSeconds(180);
    AlertTransition fourth = transition(T, threeMinutes.plusSeconds(240), threeMinutes);
    assertEquals(Optional.of(fourth), AlertReceiver.news(Optional.of(first), fourth, threeMinutes));
    AlertTransition end = transition(T, oneMinute, oneMinute);
    assertEquals(Optional.of(end), AlertReceiver.news(Optional.of(first), end, oneMinute));
    assertEquals(
        Optional.empty(), AlertReceiver.news(Optional.of(end), end, oneMinute.plusSeconds(60)));
  }

  @Test
  void anAlertThatGoesOnKeepsItsStart() {
    AlertTransition first = transition(T, T.plusSeconds(240), T);
    Instant later = T.plusSeconds(200);
    AlertTransition again = transition(later, later.plusSeconds(240), later);
    AlertTransition written = AlertReceiver.news(Optional.of(first), again, later).orElseThrow();
    assertEquals(Optional.of(T), written.startsAt());
    Instant muchLater = T.plusSeconds(900);
    AlertTransition anew = transition(muchLater, muchLater.plusSeconds(240), muchLater);
    assertEquals(Optional.of(anew), AlertReceiver.news(Optional.of(first), anew, muchLater));
  }
}
