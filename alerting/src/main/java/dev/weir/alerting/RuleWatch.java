package dev.weir.alerting;

import dev.weir.alerting.RuleReport.Group;
import dev.weir.model.CountText;
import dev.weir.model.Fingerprint;
import dev.weir.model.LabelText;
import dev.weir.model.Labels;
import dev.weir.model.Tenant;
import dev.weir.rules.RuleGroup;
import dev.weir.schemas.AlertTransition;
import dev.weir.schemas.AlertTransition.Rule;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// Whether the results of rules still come, as a function of time: what an alert is raised for,
/// once for each tenant, again while it lasts, and ended.
///
/// A group has stopped when its last report, the first time of its definition, and the moment when
/// this member began to watch are all longer ago than [dev.weir.rules.RuleGroup#reportedWithin]. A
/// member that was not running for a while (a suspended machine) begins anew: what came meanwhile
/// has to reach it first, and those who evaluate may have been suspended with it.
///
/// An alert ends when no group of the tenant is overdue, by reports and definitions alone. So a
/// member that has just begun to watch neither raises an alert nor ends one that others have reason
/// for. For one thread.
final class RuleWatch {
  /// Who says so, in transitions.
  static final Rule SOURCE = new Rule("", "alerting", "WeirRulesStopped");

  /// Of every tenant's alert, at every member.
  static final Labels LABELS = Labels.of("alertname", SOURCE.id(), "severity", "critical");

  static final Fingerprint FINGERPRINT = Fingerprint.of(LABELS);

  private static final Duration REPEAT = Duration.ofMinutes(1);

  /// How long an alert lasts that nobody repeats: the members have ended, or were all replaced at
  /// once and watch for too short a time to know.
  private static final Duration LASTS = Duration.ofMinutes(5);

  /// Shorter than anything may be overdue for, longer than a check takes that waits for Kafka.
  private static final Duration PAUSE = Duration.ofSeconds(30);

  private static final int NAMED = 5;

  /// What is to be said now.
  sealed interface Saying {
    Tenant tenant();

    /// The alert begins, or goes on.
    record Fires(Tenant tenant, PostedAlert alert, Instant at) implements Saying {}

    /// It is over.
    record Ends(Tenant tenant) implements Saying {}
  }

  /// What a check found.
  ///
  /// @param stopped groups of all tenants
  record Findings(int stopped, List<Saying> sayings) {}

  /// When this member has said last that a tenant's alert fires; [Instant#MIN] where it has to say
  /// so again, or others have.
  private final SortedMap<Tenant, Instant> raised = new TreeMap<>();

  private Instant since = Instant.MAX;
  private Instant lastCheck = Instant.MIN;

  /// Goes on with alerts that are raised already, by other members or by this one before it was
  /// started again: repeats or ends them.
  ///
  /// @param known what was last said of [#SOURCE]'s alerts
  void takeOver(Collection<AlertTransition> known, Instant now) {
    for (AlertTransition one : known) {
      if (one.endsAt().map(now::isBefore).orElse(true)) {
        raised.put(one.tenant(), Instant.MIN);
      }
    }
  }

  /// @param reports what the topic of rules has now, in any order
  Findings check(Collection<? extends RuleReport> reports, Instant now) {
    if (since.equals(Instant.MAX) || lastCheck.plus(PAUSE).isBefore(now)) {
      since = now;
    }
    lastCheck = now;
    SortedMap<Tenant, List<Group>> overdue = overdue(reports, now);
    int stopped = 0;
    List<Saying> sayings = new ArrayList<>();
    for (Map.Entry<Tenant, List<Group>> entry : overdue.entrySet()) {
      Tenant tenant = entry.getKey();
      List<Group> groups = entry.getValue();
      stopped += groups.size();
      if (!groups.isEmpty() && isDue(tenant, now)) {
        sayings.add(fires(tenant, groups, now));
      }
    }
    for (Tenant tenant : raised.keySet()) {
      if (!overdue.containsKey(tenant)) {
        sayings.add(new Saying.Ends(tenant));
      }
    }
    return new Findings(stopped, sayings);
  }

  /// Takes note of what became of a saying. What could not be written is said again at the next
  /// check, and may have been written all the same.
  void said(Saying saying, boolean written) {
    switch (saying) {
      case Saying.Fires(Tenant tenant, _, Instant at) ->
          raised.put(tenant, written ? at : Instant.MIN);
      case Saying.Ends(Tenant tenant) -> {
        if (written) {
          raised.remove(tenant);
        }
      }
    }
  }

  /// The groups that have stopped, in order, of each tenant that has any whose report is overdue.
  /// There may be none: this member has not watched for long enough to know.
  private SortedMap<Tenant, List<Group>> overdue(
      Collection<? extends RuleReport> reports, Instant now) {
    List<RuleReport.Defined> defined = new ArrayList<>();
    Map<Group, Instant> evaluated = new HashMap<>();
    for (RuleReport report : reports) {
      switch (report) {
        case RuleReport.Defined one -> defined.add(one);
        case RuleReport.Evaluated(Group group, Instant at) -> evaluated.put(group, at);
      }
    }
    SortedMap<Tenant, List<Group>> overdue = new TreeMap<>();
    for (RuleReport.Defined one : defined) {
      Instant reported = later(one.first(), evaluated.getOrDefault(one.group(), one.first()));
      // A shadow group pages nobody, whatever becomes of it.
      boolean pages = !RuleGroup.isShadow(one.group().file());
      if (pages && reported.plus(one.within()).isBefore(now)) {
        List<Group> stopped = overdue.computeIfAbsent(one.group().tenant(), _ -> new ArrayList<>());
        if (since.plus(one.within()).isBefore(now)) {
          stopped.add(one.group());
        }
      }
    }
    overdue.values().forEach(Collections::sort);
    return overdue;
  }

  private static Instant later(Instant a, Instant b) {
    return a.isAfter(b) ? a : b;
  }

  private boolean isDue(Tenant tenant, Instant now) {
    Instant before = raised.get(tenant);
    return before == null || !before.plus(REPEAT).isAfter(now);
  }

  /// Says nothing that only this member knows: what others say of the same alert is the same.
  private static Saying.Fires fires(Tenant tenant, List<Group> stopped, Instant now) {
    String names =
        stopped.stream()
            .limit(NAMED)
            .map(group -> "%s of %s".formatted(LabelText.quote(group.name()), group.file()))
            .collect(Collectors.joining(", "));
    int more = stopped.size() - NAMED;
    Labels annotations =
        Labels.of(
            "summary",
            "Results of %s do not come any more."
                .formatted(CountText.of(stopped.size(), "rule group")),
            "description",
            "For more than two intervals and a minute, nothing has come of %s%s. Their alerts stay"
                    .formatted(names, more > 0 ? " and %d more".formatted(more) : "")
                + " what they were, and no new ones come. Does a rules job run?");
    return new Saying.Fires(
        tenant,
        new PostedAlert(LABELS, annotations, Optional.of(now), Optional.of(now.plus(LASTS)), ""),
        now);
  }
}
