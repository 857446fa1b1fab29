package dev.weir.rules.alert;

import dev.weir.model.Labels;
import dev.weir.model.StalenessMarker;
import dev.weir.rules.Rule;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// Sets `for` clocks as they were before state was lost, from what `ALERTS_FOR_STATE` last said:
/// for who starts without the state of whoever evaluated before, such as a server that takes over
/// from Prometheus. As Prometheus does after a restart.
public final class ForClocks {
  /// The last sample of an alert's `ALERTS_FOR_STATE`.
  ///
  /// @param timestampMillis when it was recorded, within the outage that is tolerated
  /// @param activeAtSeconds its value
  public record LastSeen(long timestampMillis, double activeAtSeconds) {}

  private ForClocks() {}

  /// @param alerts of the first evaluations after the outage
  /// @param seen by the alert's labels, without the metric's name
  /// @param grace that an alert which was about to fire waits at least, so that data can arrive
  public static List<Alert> restored(
      Rule.Alerting rule,
      List<Alert> alerts,
      Map<Labels, LastSeen> seen,
      long nowMillis,
      Duration grace) {
    if (rule.forMillis() < grace.toMillis()) {
      // It waits less than the grace anyway.
      return alerts;
    }
    return alerts.stream().map(alert -> restored(rule, alert, seen, nowMillis, grace)).toList();
  }

  private static Alert restored(
      Rule.Alerting rule, Alert alert, Map<Labels, LastSeen> seen, long nowMillis, Duration grace) {
    LastSeen last = seen.get(alert.labels());
    if (last == null || !alert.isActive() || StalenessMarker.is(last.activeAtSeconds)) {
      return alert;
    }
    long downAtMillis = Math.floorDiv(last.timestampMillis, 1000L) * 1000;
    long activeAtMillis = 1000 * (long) last.activeAtSeconds;
    long remainingMillis = rule.forMillis() - (downAtMillis - activeAtMillis);
    if (remainingMillis <= 0) {
      // It fired; the next evaluation finds that out by itself.
      return alert.activeSince(activeAtMillis);
    }
    if (remainingMillis < grace.toMillis()) {
      return alert.activeSince(nowMillis + grace.toMillis() - rule.forMillis());
    }
    // The outage does not count: the clock goes on from where it stood.
    return alert.activeSince(activeAtMillis + (nowMillis - downAtMillis));
  }
}
