package dev.weir.rules.alert;

import java.util.List;

/// What one evaluation makes of a rule's alerts.
///
/// @param alerts all that are active, and those that ended within the retention; by labels
/// @param transitions by labels
public record AlertStep(List<Alert> alerts, List<AlertTransition> transitions) {
  public AlertStep {
    alerts = List.copyOf(alerts);
    transitions = List.copyOf(transitions);
  }

  public List<Alert> active() {
    return alerts.stream().filter(Alert::isActive).toList();
  }
}
