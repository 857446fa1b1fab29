package dev.weir.history.alert;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weir.model.Labels;
import dev.weir.model.TimeRange;
import dev.weir.rules.alert.AlertState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class AlertPeriodsTest {
  private static final TimeRange RANGE = new TimeRange(100, 1000);
  private static final Labels DOWN = Labels.of("alertname", "Down", "instance", "a");

  /// Changes of one alert: times, and the states that it came to.
  private static List<AlertPeriod> periods(Object... timesAndStates) {
    List<AlertChange> changes = new ArrayList<>();
    AlertState from = AlertState.INACTIVE;
    for (int i = 0; i < timesAndStates.length; i += 2) {
      AlertState to = (AlertState) timesAndStates[i + 1];
      long time = (Integer) timesAndStates[i];
      changes.add(new AlertChange(0, DOWN, from, to, time, time, 1, Map.of()));
      from = to;
    }
    return AlertPeriods.of(changes, RANGE);
  }

  private static AlertPeriod period(long start, OptionalLong fired, long end, boolean ongoing) {
    return new AlertPeriod(0, DOWN, start, fired, end, ongoing, Map.of());
  }

  @Test
  void aLifeGoesFromPendingToItsEnd() {
    assertEquals(
        List.of(
            period(200, OptionalLong.of(250), 400, false),
            period(500, OptionalLong.empty(), 520, false)),
        periods(
            200, AlertState.PENDING,
            250, AlertState.FIRING,
            400, AlertState.INACTIVE,
            500, AlertState.PENDING,
            520, AlertState.INACTIVE));
  }

  @Test
  void livesAreCutToTheRange() {
    assertEquals(
        List.of(
            period(100, OptionalLong.of(100), 400, false),
            period(900, OptionalLong.of(950), 1000, true)),
        periods(
            10, AlertState.PENDING,
            50, AlertState.FIRING,
            400, AlertState.INACTIVE,
            900, AlertState.PENDING,
            950, AlertState.FIRING));
  }

  @Test
  void whatWasOverBeforeIsLeftOut() {
    assertEquals(List.of(), periods(10, AlertState.FIRING, 100, AlertState.INACTIVE));
  }

  @Test
  void anAlertWithoutForFiresAtOnce() {
    AlertPeriod period = periods(200, AlertState.FIRING, 300, AlertState.INACTIVE).getFirst();
    assertEquals(0, period.pendingMillis());
    assertEquals(100, period.firingMillis());
  }
}
