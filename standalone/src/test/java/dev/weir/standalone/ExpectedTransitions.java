package dev.weir.standalone;

import dev.weir.model.Labels;
import dev.weir.rules.Rule;
import dev.weir.rules.alert.Alert;
import dev.weir.rules.alert.AlertState;
import dev.weir.rules.group.GroupResult;
import dev.weir.schemas.AlertTransition;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// What `weir.alerts` is to be told of a group whose alerts are known at each of its evaluations:
/// of each alert what has changed since it was told of last, and annotations at most once a minute.
final class ExpectedTransitions {
  private static final long ANNOTATIONS_MILLIS = Duration.ofMinutes(1).toMillis();

  private final Labels externalLabels;

  /// What was told last of the alerts that are active, by rule and labels.
  private final Map<Rule, TreeMap<Labels, Told>> told = new HashMap<>();

  private record Told(Alert alert, long atMillis) {}

  ExpectedTransitions(Labels externalLabels) {
    this.externalLabels = externalLabels;
  }

  /// What is told of an evaluation, as [#line] has it.
  List<String> tell(GroupResult result) {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < result.rules().size(); i++) {
      if (result.rules().get(i).rule() instanceof Rule.Alerting rule) {
        Map<Labels, Alert> alerts = new TreeMap<>();
        result.state().rules().get(i).alerts().forEach(one -> alerts.put(one.labels(), one));
        tell(rule, alerts, result.timestampMillis(), lines);
      }
    }
    return lines;
  }

  private void tell(
      Rule.Alerting rule, Map<Labels, Alert> alerts, long timestampMillis, List<String> lines) {
    TreeMap<Labels, Told> before = told.computeIfAbsent(rule, _ -> new TreeMap<>());
    TreeSet<Labels> all = new TreeSet<>(alerts.keySet());
    all.addAll(before.keySet());
    for (Labels labels : all) {
      Told last = before.get(labels);
      Alert alert = alerts.get(labels);
      if (alert != null && alert.isActive()) {
        if (last == null || isNews(last, alert, timestampMillis)) {
          lines.add(active(alert, timestampMillis));
          before.put(labels, new Told(alert, timestampMillis));
        }
      } else if (last != null) {
        lines.add(ended(last.alert(), alert, timestampMillis));
        before.remove(labels);
      }
    }
  }

  private static boolean isNews(Told last, Alert alert, long timestampMillis) {
    return last.alert().state() != alert.state()
        || (!last.alert().annotations().equals(alert.annotations())
            && timestampMillis - last.atMillis() >= ANNOTATIONS_MILLIS);
  }

  private String active(Alert alert, long timestampMillis) {
    boolean firing = alert.state() == AlertState.FIRING;
    return line(
        labels(alert),
        firing ? AlertTransition.State.FIRING : AlertTransition.State.PENDING,
        alert.activeAtMillis(),
        firing ? time(alert.firedAtMillis()) : Optional.empty(),
        time(alert.keepFiringSinceMillis()),
        Optional.empty(),
        alert.value(),
        alert.annotations(),
        timestampMillis);
  }

  /// @param alert as it is remembered; null if it is not
  private String ended(Alert last, @Nullable Alert alert, long timestampMillis) {
    boolean fired = last.state() == AlertState.FIRING;
    Optional<Instant> resolved = alert == null ? Optional.empty() : time(alert.resolvedAtMillis());
    return line(
        labels(last),
        fired ? AlertTransition.State.RESOLVED : AlertTransition.State.INACTIVE,
        last.activeAtMillis(),
        fired ? time(last.firedAtMillis()) : Optional.empty(),
        Optional.empty(),
        fired
            ? Optional.of(resolved.orElse(Instant.ofEpochMilli(timestampMillis)))
            : Optional.empty(),
        alert == null ? last.value() : alert.value(),
        last.annotations(),
        timestampMillis);
  }

  private Labels labels(Alert alert) {
    Labels.Builder all = alert.labels().toBuilder();
    externalLabels.forEach((name, text) -> {
      if (!alert.labels().has(name)) {
        all.set(name, text);
      }
    });
    return all.build();
  }

  private static Optional<Instant> time(long millis) {
    return millis == Alert.NEVER ? Optional.empty() : Optional.of(Instant.ofEpochMilli(millis));
  }

  /// A transition that was told, as text.
  static String line(AlertTransition told) {
    Map<String, String> annotations = new TreeMap<>();
    told.annotations().forEach(annotations::put);
    return line(
        told.labels(),
        told.state(),
        told.activeAt().toEpochMilli(),
        told.startsAt(),
        told.keepFiringSince(),
        told.endsAt(),
        told.value(),
        annotations,
        told.evaluatedAt().toEpochMilli());
  }

  private static String line(
      Labels labels,
      AlertTransition.State state,
      long activeAtMillis,
      Optional<Instant> startsAt,
      Optional<Instant> keepFiringSince,
      Optional<Instant> endsAt,
      double value,
      Map<String, String> annotations,
      long evaluatedAtMillis) {
    return "%s %s, active %s, starts %s, kept since %s, ends %s, value %s, %s, evaluated %s"
        .formatted(
            labels,
            state,
            Instant.ofEpochMilli(activeAtMillis),
            startsAt,
            keepFiringSince,
            endsAt,
            BatchComparison.text(value),
            annotations,
            Instant.ofEpochMilli(evaluatedAtMillis));
  }
}
