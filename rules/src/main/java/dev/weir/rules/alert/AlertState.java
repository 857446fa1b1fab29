package dev.weir.rules.alert;

import java.util.Locale;

/// How far an alert has come.
public enum AlertState {
  /// Its element is not there (any more).
  INACTIVE,
  /// Its element is there, but not for as long as `for` asks.
  PENDING,
  /// It fires.
  FIRING;

  /// As the label `alertstate` has it.
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
