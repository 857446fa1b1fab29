package dev.weir.alerting;

import dev.weir.rules.notify.GroupAlert;
import dev.weir.schemas.AlertTransition;
import dev.weir.schemas.AlertTransition.Rule;
import dev.weir.schemas.AlertTransition.State;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What the sources of one alert say of it: rules, and whoever posts it. Mostly there is one. Two
/// rules may give alerts of equal labels; the alert fires while one of them does, since a rule says
/// only once that its alert is resolved.
final class AlertSources {
  /// The transition of each source that made it fire or resolved it. Requests are one source.
  private final Map<Optional<Rule>, AlertTransition> sources = new HashMap<>();

  private Instant updatedAt = Instant.MIN;

  /// Takes a transition. One that says that the alert does not fire resolves it if it did: after an
  /// outage only the state that it ended in may be known.
  ///
  /// @return whether the alert fires now or did before
  boolean apply(AlertTransition transition, Instant appended) {
    Optional<Rule> source = transition.rule();
    updatedAt = appended;
    switch (transition.state()) {
      case FIRING, RESOLVED -> sources.put(source, transition);
      case PENDING, INACTIVE ->
          sources.computeIfPresent(
              source,
              (_, before) ->
                  before.state() == State.FIRING
                      ? resolved(before, transition.evaluatedAt())
                      : before);
    }
    return !sources.isEmpty();
  }

  static AlertTransition resolved(AlertTransition firing, Instant at) {
    return new AlertTransition(
        firing.tenant(),
        firing.labels(),
        firing.externalLabels(),
        firing.annotations(),
        State.RESOLVED,
        firing.activeAt(),
        firing.startsAt(),
        firing.keepFiringSince(),
        Optional.of(at),
        firing.value(),
        at,
        firing.rule(),
        firing.generatorUrl());
  }

  /// The alert as of now; its text is that of the source that spoke last among those that fire.
  CurrentAlert current(Instant now) {
    List<AlertTransition> firing =
        sources.values().stream().filter(source -> fires(source, now)).toList();
    Collection<AlertTransition> all = firing.isEmpty() ? sources.values() : firing;
    AlertTransition last =
        all.stream().max(Comparator.comparing(AlertTransition::evaluatedAt)).orElseThrow();
    Instant startsAt =
        all.stream().map(source -> source.startsAt().orElseThrow()).min(Instant::compareTo).get();
    boolean open = firing.stream().anyMatch(source -> source.endsAt().isEmpty());
    Optional<Instant> endsAt =
        open
            ? Optional.empty()
            : all.stream().flatMap(source -> source.endsAt().stream()).max(Instant::compareTo);
    return new CurrentAlert(
        last.tenant(),
        new GroupAlert(last.labels(), last.annotations(), startsAt, endsAt, last.generatorUrl()),
        updatedAt,
        sources.keySet().stream().anyMatch(Optional::isPresent));
  }

  private static boolean fires(AlertTransition source, Instant now) {
    return source.state() == State.FIRING && source.endsAt().map(now::isBefore).orElse(true);
  }

  /// What a source said last that made the alert fire or resolved it.
  Optional<AlertTransition> said(Optional<Rule> source) {
    return Optional.ofNullable(sources.get(source));
  }

  /// Since when no source fires any more; empty while one does.
  Optional<Instant> resolvedSince(Instant now) {
    return current(now).alert().endsAt().filter(end -> !end.isAfter(now));
  }
}
