package dev.weir.alerting;

import dev.weir.model.Labels;
import dev.weir.model.relabel.Relabeler;
import dev.weir.rules.notify.GoJson;
import dev.weir.rules.notify.GoTime;
import dev.weir.schemas.RecordKeys;
import dev.weir.service.config.AlertmanagersConfig;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntPredicate;

/// Sends the alerts of Weir's rules to the Alertmanagers of `prometheus.yml`, as a Prometheus does:
/// when they begin to fire, again and again while they fire, and for some time after they were
/// resolved. Members divide the alerts by the partitions that they own. Alerts that were received
/// over HTTP are not passed on: their senders know where to send them.
///
/// Belongs to the worker's thread; requests have threads of their own.
final class AlertmanagerForwarder implements AutoCloseable {
  private static final Duration SWEEP = Duration.ofSeconds(5);

  /// Times [#resendDelay] that an Alertmanager believes in an alert that it does not hear of again.
  private static final int VALID_FOR = 4;

  /// What Alertmanagers were told last of an alert, and when.
  private record Sent(Instant at, boolean resolved) {}

  private record Destination(AlertmanagerQueue queue, Relabeler relabeler) {}

  /// Where alerts go, ready to be used.
  record Destinations(Relabeler relabeler, List<Destination> list) {}

  private final AlertingSettings settings;
  private final AlertingMetrics metrics;
  private final Duration resendDelay;
  private final Duration resolvedShown;
  private final Map<CurrentAlert.Id, Sent> sent = new HashMap<>();
  private final Set<CurrentAlert.Id> changed = new LinkedHashSet<>();
  private Destinations destinations;
  private Instant nextSweep = Instant.MIN;

  AlertmanagerForwarder(
      AlertmanagersConfig config, AlertingSettings settings, AlertingMetrics metrics) {
    this.settings = settings;
    this.metrics = metrics;
    this.resendDelay = settings.limits().resendDelay();
    this.resolvedShown = settings.resolvedShown();
    this.destinations = prepare(config);
  }

  /// Makes clients for a configuration. For any thread.
  ///
  /// @throws dev.weir.model.WeirException.BadData if certificates or keys cannot be read
  final Destinations prepare(AlertmanagersConfig config) {
    List<Destination> made = new ArrayList<>();
    for (AlertmanagersConfig.Destination destination : config.destinations()) {
      made.add(
          new Destination(
              new AlertmanagerQueue(destination, settings.limits().alertmanagerQueue(), metrics),
              Relabeler.of(destination.alertRelabelConfigs())));
    }
    return new Destinations(Relabeler.of(config.alertRelabelConfigs()), List.copyOf(made));
  }

  void start() {
    destinations.list.forEach(destination -> destination.queue.start());
  }

  /// Sends to other Alertmanagers from now on, and all that fires at once. What waits for those
  /// before is dropped: it is sent again to those that stay.
  void change(Destinations fresh) {
    close();
    destinations = fresh;
    start();
    sent.clear();
    nextSweep = Instant.MIN;
  }

  /// Has an alert looked at in the next turn.
  void changed(CurrentAlert.Id id) {
    if (!destinations.list.isEmpty()) {
      changed.add(id);
    }
  }

  /// Has all alerts looked at in the next turn: which of them are this member's has changed.
  void ownershipChanged() {
    nextSweep = Instant.MIN;
  }

  /// Queues what is due.
  ///
  /// @param owns whether this member sends for a partition
  void turn(CurrentAlerts alerts, IntPredicate owns, int partitions, Instant now) {
    if (destinations.list.isEmpty()) {
      return;
    }
    if (now.isBefore(nextSweep)) {
      for (CurrentAlert.Id id : changed) {
        alerts.get(id, now).ifPresent(alert -> offer(alert, owns, partitions, now));
      }
    } else {
      nextSweep = now.plus(SWEEP);
      List<CurrentAlert> all = alerts.all(now);
      all.forEach(alert -> offer(alert, owns, partitions, now));
      sent.keySet().removeIf(id -> alerts.get(id, now).isEmpty());
    }
    changed.clear();
  }

  private void offer(CurrentAlert alert, IntPredicate owns, int partitions, Instant now) {
    CurrentAlert.Id id = alert.id();
    if (!owns.test(partition(id, partitions))) {
      sent.remove(id);
    } else if (alert.ofRule() && isDue(alert, now)) {
      sent.put(id, new Sent(now, alert.isResolvedAt(now)));
      send(alert, now);
    }
  }

  private static int partition(CurrentAlert.Id id, int partitions) {
    return RecordKeys.partition(
        RecordKeys.of(id.tenant().name(), id.fingerprint().toString()), partitions);
  }

  private boolean isDue(CurrentAlert alert, Instant now) {
    Sent last = sent.get(alert.id());
    boolean resolved = alert.isResolvedAt(now);
    boolean due =
        last == null || last.resolved() != resolved || !last.at().plus(resendDelay).isAfter(now);
    if (!resolved) {
      return due;
    }
    Instant end = alert.alert().endsAt().orElse(now);
    return due && end.plus(resolvedShown).isAfter(now);
  }

  private void send(CurrentAlert alert, Instant now) {
    Optional<Labels> labels = destinations.relabeler.apply(alert.labels());
    if (labels.isEmpty()) {
      return;
    }
    for (Destination destination : destinations.list) {
      destination
          .relabeler
          .apply(labels.get())
          .ifPresent(own -> destination.queue.offer(json(alert, own, now)));
    }
  }

  private String json(CurrentAlert alert, Labels labels, Instant now) {
    Instant end = alert.alert().endsAt().orElse(now.plus(resendDelay.multipliedBy(VALID_FOR)));
    StringBuilder out = new StringBuilder("{\"labels\":");
    GoJson.append(out, labels);
    GoJson.append(out.append(",\"annotations\":"), alert.alert().annotations());
    GoJson.append(out.append(",\"startsAt\":"), GoTime.format(alert.alert().startsAt()));
    GoJson.append(out.append(",\"endsAt\":"), GoTime.format(end));
    GoJson.append(out.append(",\"generatorURL\":"), alert.alert().generatorUrl());
    return out.append('}').toString();
  }

  @Override
  public void close() {
    destinations.list.forEach(destination -> destination.queue.close());
  }
}
