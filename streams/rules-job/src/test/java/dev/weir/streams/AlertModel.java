package dev.weir.streams;

import dev.weir.rules.group.EvaluationTimes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What a group with the rules `up == 0` (an alert, `for` some time) and `sum by (job) (up)` comes
/// to, worked out from what was scraped: a plain loop over times, which shares nothing with the
/// job.
///
/// @param forMillis how long an instance is down before its alert fires
record AlertModel(EvaluationTimes times, long forMillis) {

  /// What becomes of an instance's alert.
  ///
  /// @param state as the topic has it
  /// @param startsAtMillis 0 if it does not fire
  record Change(
      String instance,
      String state,
      long activeAtMillis,
      long startsAtMillis,
      long evaluatedAtMillis) {}

  /// @param changes in the order of their times
  /// @param sums by time
  record Outcome(List<Change> changes, Map<Long, Double> sums) {}

  private static final class Alert {
    private long activeAtMillis;
    private long startsAtMillis;
  }

  /// @param scrapes what each instance's `up` was from when on
  /// @param firstMillis the first evaluation
  /// @param endMillis the last is before
  Outcome outcome(
      Map<String, NavigableMap<Long, Double>> scrapes, long firstMillis, long endMillis) {
    List<Change> changes = new ArrayList<>();
    Map<Long, Double> sums = new TreeMap<>();
    Map<String, Alert> alerts = new TreeMap<>();
    for (long at = firstMillis; at < endMillis; at = times.after(at)) {
      double sum = 0;
      boolean any = false;
      for (Map.Entry<String, NavigableMap<Long, Double>> one : new TreeMap<>(scrapes).entrySet()) {
        Map.Entry<Long, Double> up = one.getValue().floorEntry(at);
        if (up == null) {
          continue;
        }
        any = true;
        sum += up.getValue();
        Change change = change(one.getKey(), up.getValue() == 0, alerts, at);
        if (change != null) {
          changes.add(change);
        }
      }
      if (any) {
        sums.put(at, sum);
      }
    }
    return new Outcome(changes, sums);
  }

  private @Nullable Change change(
      String instance, boolean down, Map<String, Alert> alerts, long at) {
    Alert alert = alerts.get(instance);
    if (down && alert == null) {
      Alert begun = new Alert();
      begun.activeAtMillis = at;
      alerts.put(instance, begun);
      return new Change(instance, "PENDING", at, 0, at);
    }
    if (down
        && Objects.requireNonNull(alert).startsAtMillis == 0
        && at - alert.activeAtMillis >= forMillis) {
      alert.startsAtMillis = at;
      return new Change(instance, "FIRING", alert.activeAtMillis, at, at);
    }
    if (!down && alert != null) {
      alerts.remove(instance);
      return alert.startsAtMillis == 0
          ? new Change(instance, "INACTIVE", alert.activeAtMillis, 0, at)
          : new Change(instance, "RESOLVED", alert.activeAtMillis, alert.startsAtMillis, at);
    }
    return null;
  }
}
