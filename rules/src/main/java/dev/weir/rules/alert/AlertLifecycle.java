package dev.weir.rules.alert;

import dev.weir.model.Labels;
import dev.weir.model.WeirException;
import dev.weir.rules.Rule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// The life of a rule's alerts, from one evaluation to the next.
///
/// ```
///              element there              for has passed
///  INACTIVE ────────────────▶ PENDING ────────────────────▶ FIRING
///     ▲                          │                             │
///     │        element gone      │      element gone, and      │
///     └──────────────────────────┴──── keep_firing_for passed ─┘
/// ```
///
/// As in Prometheus, with one difference: an evaluation that exceeds the limit of its group fails
/// and changes nothing, instead of forgetting all alerts (docs/decisions/0071).
public final class AlertLifecycle {
  /// How long an alert that has ended is remembered, so that its end can be told again.
  public static final Duration RESOLVED_RETENTION = Duration.ofMinutes(15);

  private final Rule.Alerting rule;
  private final long timestampMillis;
  private final boolean complete;
  private final SilentTargets silent;

  private AlertLifecycle(
      Rule.Alerting rule, long timestampMillis, boolean complete, SilentTargets silent) {
    this.rule = rule;
    this.timestampMillis = timestampMillis;
    this.complete = complete;
    this.silent = silent;
  }

  /// @param elements of the rule's value, each with labels of its own
  /// @param before the alerts of the evaluation before
  /// @param limit of active alerts; 0 for none
  /// @param complete whether the value is of all data. If not, no alert ends because its element is
  ///   missing: it stays as it is
  /// @param silent targets that the value lacks. No alert ends that one of them may have kept up
  /// @throws WeirException.Unprocessable if there are more alerts than the limit
  public static AlertStep step(
      Rule.Alerting rule,
      List<ActiveElement> elements,
      List<Alert> before,
      long timestampMillis,
      int limit,
      boolean complete,
      SilentTargets silent) {
    return new AlertLifecycle(rule, timestampMillis, complete, silent)
        .step(elements, before, limit);
  }

  private AlertStep step(List<ActiveElement> elements, List<Alert> before, int limit) {
    Map<Labels, Alert> known = new HashMap<>();
    before.forEach(alert -> known.put(alert.labels(), alert));
    TreeMap<Labels, Alert> after = new TreeMap<>();
    Set<Labels> there = new TreeSet<>();
    for (ActiveElement element : elements) {
      there.add(element.labels());
      Alert alert = known.get(element.labels());
      Alert now =
          alert != null && alert.isActive()
              ? alert.with(element)
              : Alert.raised(element, timestampMillis);
      after.put(element.labels(), fireIfDue(now));
    }
    for (Alert alert : before) {
      if (!there.contains(alert.labels())) {
        keep(after, withoutElement(alert));
      }
    }
    AlertStep result =
        new AlertStep(List.copyOf(after.values()), transitions(known, after, before));
    int active = result.active().size();
    if (limit > 0 && active > limit) {
      throw new WeirException.Unprocessable(
          "exceeded limit of %d with %d alerts".formatted(limit, active));
    }
    return result;
  }

  private Alert fireIfDue(Alert alert) {
    boolean due =
        alert.state() == AlertState.PENDING
            && timestampMillis - alert.activeAtMillis() >= rule.forMillis();
    return due ? alert.firing(timestampMillis) : alert;
  }

  private void keep(Map<Labels, Alert> after, Alert alert) {
    boolean hadFired = alert.resolvedAtMillis() != Alert.NEVER;
    boolean remembered =
        hadFired && timestampMillis - alert.resolvedAtMillis() <= RESOLVED_RETENTION.toMillis();
    if (alert.isActive() || remembered) {
      after.put(alert.labels(), alert);
    }
  }

  /// What becomes of an alert whose element is not there.
  private Alert withoutElement(Alert alert) {
    return switch (alert.state()) {
      case INACTIVE -> alert;
      // Without having fired there is nothing to remember.
      case PENDING -> isKnownGone(alert) ? ended(alert) : alert;
      case FIRING -> isKnownGone(alert) ? keptFiring(alert) : alert;
    };
  }

  private boolean isKnownGone(Alert alert) {
    return complete && !silent.mayHide(alert.labels());
  }

  private static Alert ended(Alert pending) {
    return new Alert(
        pending.labels(),
        pending.annotations(),
        AlertState.INACTIVE,
        pending.value(),
        pending.activeAtMillis(),
        Alert.NEVER,
        Alert.NEVER,
        Alert.NEVER);
  }

  private Alert keptFiring(Alert alert) {
    if (rule.keepFiringForMillis() == 0) {
      return alert.resolved(timestampMillis);
    }
    long since =
        alert.keepFiringSinceMillis() == Alert.NEVER
            ? timestampMillis
            : alert.keepFiringSinceMillis();
    return timestampMillis - since < rule.keepFiringForMillis()
        ? alert.firingOnSince(since)
        : alert.resolved(timestampMillis);
  }

  private List<AlertTransition> transitions(
      Map<Labels, Alert> known, Map<Labels, Alert> after, List<Alert> before) {
    TreeMap<Labels, Alert> changed = new TreeMap<>(after);
    for (Alert alert : before) {
      // An alert that was pending and is gone is in no list any more; its end is told all the same.
      if (alert.state() == AlertState.PENDING && !after.containsKey(alert.labels())) {
        changed.put(alert.labels(), ended(alert));
      }
    }
    List<AlertTransition> transitions = new ArrayList<>();
    changed.forEach((labels, alert) -> {
      Alert earlier = known.get(labels);
      AlertState from = earlier == null ? AlertState.INACTIVE : earlier.state();
      if (from != alert.state()) {
        transitions.add(new AlertTransition(alert, from, timestampMillis));
      }
    });
    return transitions;
  }
}
