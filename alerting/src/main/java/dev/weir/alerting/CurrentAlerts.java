package dev.weir.alerting;

import dev.weir.schemas.AlertTransition;
import dev.weir.schemas.AlertTransition.Rule;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/// The alerts that fire, and those that were resolved lately, of all tenants. Bounded: alerts
/// beyond the bound are refused and counted. For one thread.
final class CurrentAlerts {
  private final int maxAlerts;
  private final AlertingMetrics metrics;
  private final Map<CurrentAlert.Id, AlertSources> alerts = new LinkedHashMap<>();

  CurrentAlerts(int maxAlerts, AlertingMetrics metrics) {
    this.maxAlerts = maxAlerts;
    this.metrics = metrics;
  }

  /// Takes a transition.
  ///
  /// @param appended when Kafka appended it
  /// @return the alert, if it fires or was resolved; empty for one that only was pending
  Optional<CurrentAlert> apply(AlertTransition transition, Instant appended, Instant now) {
    CurrentAlert.Id id = new CurrentAlert.Id(transition.tenant(), transition.fingerprint());
    AlertSources sources = alerts.get(id);
    if (sources == null) {
      if (alerts.size() >= maxAlerts) {
        metrics.refused("alerts");
        return Optional.empty();
      }
      sources = new AlertSources();
    }
    if (!sources.apply(transition, appended)) {
      return Optional.empty();
    }
    alerts.put(id, sources);
    return Optional.of(sources.current(now));
  }

  Optional<CurrentAlert> get(CurrentAlert.Id id, Instant now) {
    return Optional.ofNullable(alerts.get(id)).map(sources -> sources.current(now));
  }

  /// What a source said last of an alert.
  ///
  /// @param source empty for requests
  Optional<AlertTransition> said(CurrentAlert.Id id, Optional<Rule> source) {
    return Optional.ofNullable(alerts.get(id)).flatMap(sources -> sources.said(source));
  }

  /// What a source said last of each alert that it knows.
  List<AlertTransition> saidBy(Rule source) {
    return alerts.values().stream()
        .flatMap(sources -> sources.said(Optional.of(source)).stream())
        .toList();
  }

  List<CurrentAlert> all(Instant now) {
    List<CurrentAlert> all = new ArrayList<>(alerts.size());
    alerts.values().forEach(sources -> all.add(sources.current(now)));
    return all;
  }

  int size() {
    return alerts.size();
  }

  /// Forgets alerts that were resolved before a time.
  ///
  /// @param needed resolved alerts that stay: some receiver has not heard yet
  void forgetResolved(Instant before, Instant now, Predicate<CurrentAlert.Id> needed) {
    alerts
        .entrySet()
        .removeIf(alert ->
            alert.getValue().resolvedSince(now).map(end -> end.isBefore(before)).orElse(false)
                && !needed.test(alert.getKey()));
  }
}
