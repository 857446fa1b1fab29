package dev.weir.streams.merge;

import static java.util.Objects.requireNonNull;

import dev.weir.model.Labels;
import dev.weir.rules.Rule;
import dev.weir.rules.alert.Alert;
import dev.weir.rules.alert.AlertState;
import dev.weir.schemas.AlertTransition;
import dev.weir.streams.definition.GroupId;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Decides what `weir.alerts` is told: the difference between what is and what it was told last. So
/// an evaluation that was not told of (one that is caught up after an outage) costs nothing but its
/// own transitions: the next one tells the state that they ended in.
///
/// @param externalLabels that every alert gets, unless it has a label of the name
/// @param externalUrl under which people reach the server
record AlertTelling(Labels externalLabels, String externalUrl) {
  private static final long REPEAT_MILLIS =
      Duration.ofHours(AlertTransition.REPEAT_HOURS).toMillis();

  AlertTelling {
    requireNonNull(externalLabels, "externalLabels");
    requireNonNull(externalUrl, "externalUrl");
  }

  /// What there is to tell of a rule.
  record Told(List<AlertTransition> transitions, Map<Labels, ToldAlert> now) {}

  /// @param alerts of the rule, as its last evaluation left them
  /// @param before what was told
  Told tell(
      GroupId group,
      Rule.Alerting rule,
      List<Alert> alerts,
      Map<Labels, ToldAlert> before,
      long timestampMillis) {
    List<AlertTransition> transitions = new ArrayList<>();
    Map<Labels, ToldAlert> now = new HashMap<>();
    Map<Labels, Alert> byLabels = new TreeMap<>();
    alerts.forEach(alert -> byLabels.put(alert.labels(), alert));
    byLabels.forEach((labels, alert) -> {
      if (!alert.isActive()) {
        return;
      }
      ToldAlert told = before.get(labels);
      boolean tell =
          told == null
              || told.state() != alert.state()
              || !told.annotations().equals(alert.annotations())
              || timestampMillis - told.toldMillis() >= REPEAT_MILLIS;
      if (tell) {
        transitions.add(transition(group, rule, alert, timestampMillis));
        now.put(labels, new ToldAlert(alert.state(), alert.annotations(), timestampMillis));
      } else {
        now.put(labels, told);
      }
    });
    new TreeMap<>(before)
        .forEach((labels, told) -> {
          if (!now.containsKey(labels)) {
            transitions.add(
                ended(group, rule, labels, told, byLabels.get(labels), timestampMillis));
          }
        });
    return new Told(transitions, now);
  }

  private AlertTransition transition(
      GroupId group, Rule.Alerting rule, Alert alert, long timestampMillis) {
    boolean firing = alert.state() == AlertState.FIRING;
    return transition(
        group,
        rule,
        alert.labels(),
        alert.annotations(),
        firing ? AlertTransition.State.FIRING : AlertTransition.State.PENDING,
        alert.activeAtMillis(),
        firing ? time(alert.firedAtMillis()) : Optional.empty(),
        time(alert.keepFiringSinceMillis()),
        Optional.empty(),
        alert.value(),
        timestampMillis);
  }

  /// @param alert as it is remembered; null if it is not
  private AlertTransition ended(
      GroupId group,
      Rule.Alerting rule,
      Labels labels,
      ToldAlert told,
      @Nullable Alert alert,
      long timestampMillis) {
    long activeAt = alert == null ? told.toldMillis() : alert.activeAtMillis();
    if (told.state() == AlertState.PENDING) {
      return transition(
          group,
          rule,
          labels,
          told.annotations(),
          AlertTransition.State.INACTIVE,
          activeAt,
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          alert == null ? 0 : alert.value(),
          timestampMillis);
    }
    long firedAt =
        alert == null || alert.firedAtMillis() == Alert.NEVER
            ? told.toldMillis()
            : alert.firedAtMillis();
    long endedAt =
        alert == null || alert.resolvedAtMillis() == Alert.NEVER
            ? timestampMillis
            : alert.resolvedAtMillis();
    return transition(
        group,
        rule,
        labels,
        told.annotations(),
        AlertTransition.State.RESOLVED,
        activeAt,
        Optional.of(Instant.ofEpochMilli(firedAt)),
        Optional.empty(),
        Optional.of(Instant.ofEpochMilli(endedAt)),
        alert == null ? 0 : alert.value(),
        timestampMillis);
  }

  private AlertTransition transition(
      GroupId group,
      Rule.Alerting rule,
      Labels labels,
      Map<String, String> annotations,
      AlertTransition.State state,
      long activeAtMillis,
      Optional<Instant> startsAt,
      Optional<Instant> keepFiringSince,
      Optional<Instant> endsAt,
      double value,
      long timestampMillis) {
    Labels.Builder all = labels.toBuilder();
    List<String> external = new ArrayList<>();
    externalLabels.forEach((name, text) -> {
      if (!labels.has(name)) {
        all.set(name, text);
        external.add(name);
      }
    });
    Labels.Builder notes = Labels.EMPTY.toBuilder();
    annotations.forEach(notes::set);
    return new AlertTransition(
        group.tenant(),
        all.build(),
        external,
        notes.build(),
        state,
        Instant.ofEpochMilli(activeAtMillis),
        startsAt,
        keepFiringSince,
        endsAt,
        value,
        Instant.ofEpochMilli(timestampMillis),
        Optional.of(
            new AlertTransition.Rule(group.file(), group.group(), rule.identity().toString())),
        generatorUrl(rule));
  }

  private String generatorUrl(Rule.Alerting rule) {
    return externalUrl
        + "/graph?g0.expr="
        + URLEncoder.encode(rule.expression(), StandardCharsets.UTF_8)
        + "&g0.tab=1";
  }

  private static Optional<Instant> time(long millis) {
    return millis == Alert.NEVER ? Optional.empty() : Optional.of(Instant.ofEpochMilli(millis));
  }
}
