package dev.weir.rules.alert;

import static java.util.Objects.requireNonNull;

/// A change of an alert's state.
///
/// @param alert as it is after the change
/// @param from the state before; a new alert was inactive
public record AlertTransition(Alert alert, AlertState from, long timestampMillis) {
  public AlertTransition {
    requireNonNull(alert, "alert");
    requireNonNull(from, "from");
    if (from == alert.state()) {
      throw new IllegalArgumentException("alert %s stays %s".formatted(alert.labels(), from));
    }
  }

  public AlertState to() {
    return alert.state();
  }

  /// Whether an alert that had fired has ended.
  public boolean isResolved() {
    return from == AlertState.FIRING;
  }
}
