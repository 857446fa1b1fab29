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
  /// Annotations often have the value in them, which changes with each evaluation.
  private static final long ANNOTATIONS_MILLIS = Duration.ofMinutes(1).toMillis();

  private static final long REPEAT_MILLIS =
      Duration.ofHours(AlertTransition.REPEAT_HOURS).toMillis();

  AlertTelling {
    requireNonNull(externalLabels, "externalLabels");
    requireNonNull(externalUrl, "externalUrl");
  }

  /// What there is to tell of a rule.
  ///
  /// @param now what it was told of by then, by the alerts' own labels
  record Told(List<AlertTransition> transitions, Map<Labels, AlertTransition> now) {}

  /// @param alerts of the rule, as its last evaluation left them
  /// @param before what was told
  Told tell(
      GroupId group,
      Rule.Alerting rule,
      List<Alert> alerts,
      Map<Labels, AlertTransition> before,
      long timestampMillis) {
    if (alerts.isEmpty() && before.isEmpty()) {
      return new Told(List.of(), before);
    }
    List<AlertTransition> transitions = new ArrayList<>();
    Map<Labels, AlertTransition> now = new HashMap<>();
    Map<Labels, Alert> byLabels = new TreeMap<>();
    alerts.forEach(alert -> byLabels.put(alert.labels(), alert));
    byLabels.forEach((labels, alert) -> {
      if (!alert.isActive()) {
        return;
      }
      AlertTransition transition = transition(group, rule, alert, timestampMillis);
      AlertTransition told = before.get(labels);
      if (told == null || isNews(told, transition)) {
        if (told != null && !told.labels().equals(transition.labels())) {
          // Other external labels make another alert of it.
          transitions.add(ended(told, alert, timestampMillis));
        }
        transitions.add(transition);
        now.put(labels, transition);
      } else {
        now.put(labels, told);
      }
    });
    new TreeMap<>(before)
        .forEach((labels, told) -> {
          if (!now.containsKey(labels)) {
            transitions.add(ended(told, byLabels.get(labels), timestampMillis));
          }
        });
    return new Told(transitions, transitions.isEmpty() ? before : now);
  }

  private static boolean isNews(AlertTransition told, AlertTransition transition) {
    return told.state() != transition.state()
        || !told.labels().equals(transition.labels())
        || sinceTold(told, transition) >= REPEAT_MILLIS
        || (!told.annotations().equals(transition.annotations())
            && sinceTold(told, transition) >= ANNOTATIONS_MILLIS);
  }

  private static long sinceTold(AlertTransition told, AlertTransition transition) {
    return transition.evaluatedAt().toEpochMilli() - told.evaluatedAt().toEpochMilli();
  }

  /// The end of an alert that was told of.
  ///
  /// @param alert as it is remembered; null if it is not, as its rule is gone
  static AlertTransition ended(AlertTransition told, @Nullable Alert alert, long timestampMillis) {
    boolean fired = told.state() == AlertTransition.State.FIRING;
    long endedAt =
        alert == null || alert.resolvedAtMillis() == Alert.NEVER
            ? timestampMillis
            : alert.resolvedAtMillis();
    return new AlertTransition(
        told.tenant(),
        told.labels(),
        told.externalLabels(),
        told.annotations(),
        fired ? AlertTransition.State.RESOLVED : AlertTransition.State.INACTIVE,
        told.activeAt(),
        fired ? told.startsAt() : Optional.empty(),
        Optional.empty(),
        fired ? Optional.of(Instant.ofEpochMilli(endedAt)) : Optional.empty(),
        alert == null ? told.value() : alert.value(),
        Instant.ofEpochMilli(timestampMillis),
        told.rule(),
        told.generatorUrl());
  }

  private AlertTransition transition(
      GroupId group, Rule.Alerting rule, Alert alert, long timestampMillis) {
    boolean firing = alert.state() == AlertState.FIRING;
    Labels.Builder all = alert.labels().toBuilder();
    List<String> external = new ArrayList<>();
    externalLabels.forEach((name, text) -> {
      if (!alert.labels().has(name)) {
        all.set(name, text);
        external.add(name);
      }
    });
    Labels.Builder notes = Labels.EMPTY.toBuilder();
    alert.annotations().forEach(notes::set);
    return new AlertTransition(
        group.tenant(),
        all.build(),
        external,
        notes.build(),
        firing ? AlertTransition.State.FIRING : AlertTransition.State.PENDING,
        Instant.ofEpochMilli(alert.activeAtMillis()),
        firing ? time(alert.firedAtMillis()) : Optional.empty(),
        time(alert.keepFiringSinceMillis()),
        Optional.empty(),
        alert.value(),
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
