package dev.weir.history.alert;

import static java.util.Objects.requireNonNull;

import dev.weir.model.Labels;
import dev.weir.rules.alert.AlertState;
import dev.weir.rules.alert.AlertTransition;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/// A change of an alert's state in the past.
///
/// @param rule number of its rule
/// @param labels of the alert
/// @param timestampMillis of the evaluation
/// @param activeAtMillis since when its element was there
/// @param value of its element
/// @param annotations when it began to fire; else none
public record AlertChange(
    int rule,
    Labels labels,
    AlertState from,
    AlertState to,
    long timestampMillis,
    long activeAtMillis,
    double value,
    Map<String, String> annotations) {
  public AlertChange {
    requireNonNull(labels, "labels");
    requireNonNull(from, "from");
    requireNonNull(to, "to");
    annotations = Collections.unmodifiableMap(new TreeMap<>(annotations));
  }

  /// A transition with the annotations that the alert has if it begins to fire.
  public static AlertChange of(int rule, AlertTransition transition) {
    return of(
        rule,
        transition,
        transition.to() == AlertState.FIRING ? transition.alert().annotations() : Map.of());
  }

  static AlertChange of(int rule, AlertTransition transition, Map<String, String> annotations) {
    return new AlertChange(
        rule,
        transition.alert().labels(),
        transition.from(),
        transition.to(),
        transition.timestampMillis(),
        transition.alert().activeAtMillis(),
        transition.alert().value(),
        annotations);
  }
}
