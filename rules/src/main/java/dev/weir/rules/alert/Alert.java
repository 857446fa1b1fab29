package dev.weir.rules.alert;

import static java.util.Objects.requireNonNull;

import dev.weir.model.Labels;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/// An alert of a rule, as its last evaluation left it. Times are [#NEVER] for what has not
/// happened.
///
/// @param labels which name it, `alertname` among them
/// @param annotations sorted by name
/// @param value of its element; that of a histogram is 0
/// @param activeAtMillis since when its element is there: the start of the `for` clock
/// @param firedAtMillis when it began to fire
/// @param resolvedAtMillis when it ended after it had fired
/// @param keepFiringSinceMillis since when its element is gone and it fires on
public record Alert(
    Labels labels,
    Map<String, String> annotations,
    AlertState state,
    double value,
    long activeAtMillis,
    long firedAtMillis,
    long resolvedAtMillis,
    long keepFiringSinceMillis) {
  public static final long NEVER = Long.MIN_VALUE;

  public Alert {
    requireNonNull(labels, "labels");
    requireNonNull(state, "state");
    annotations = Collections.unmodifiableMap(new TreeMap<>(annotations));
  }

  /// An alert that an element has just raised.
  static Alert raised(ActiveElement element, long timestampMillis) {
    return new Alert(
        element.labels(),
        element.annotations(),
        AlertState.PENDING,
        element.value(),
        timestampMillis,
        NEVER,
        NEVER,
        NEVER);
  }

  Alert with(ActiveElement element) {
    return new Alert(
        labels,
        element.annotations(),
        state,
        element.value(),
        activeAtMillis,
        firedAtMillis,
        resolvedAtMillis,
        NEVER);
  }

  Alert firing(long timestampMillis) {
    return new Alert(
        labels,
        annotations,
        AlertState.FIRING,
        value,
        activeAtMillis,
        timestampMillis,
        resolvedAtMillis,
        keepFiringSinceMillis);
  }

  Alert firingOnSince(long timestampMillis) {
    return new Alert(
        labels,
        annotations,
        state,
        value,
        activeAtMillis,
        firedAtMillis,
        resolvedAtMillis,
        timestampMillis);
  }

  Alert resolved(long timestampMillis) {
    return new Alert(
        labels,
        annotations,
        AlertState.INACTIVE,
        value,
        activeAtMillis,
        firedAtMillis,
        timestampMillis,
        NEVER);
  }

  /// The same with its `for` clock started at another time.
  Alert activeSince(long timestampMillis) {
    return new Alert(
        labels,
        annotations,
        state,
        value,
        timestampMillis,
        firedAtMillis,
        resolvedAtMillis,
        keepFiringSinceMillis);
  }

  public boolean isActive() {
    return state != AlertState.INACTIVE;
  }
}
