package dev.weir.rules.notify;

import static java.util.Objects.requireNonNull;

import dev.weir.model.Fingerprint;
import dev.weir.rules.routing.RouteTimes;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// A group of alerts with its clock. Immutable: each method gives the group as it is afterwards.
///
/// The clock ticks first `group_wait` after the group's first alert (at once, if that alert is
/// older), and from then on every `group_interval`. At a tick the group is flushed: all its alerts
/// are looked at, and [Decision] says whether they are news. Resolved alerts leave the group when a
/// flush has succeeded, whether or not a notification was due. An empty group is forgotten after
/// [#EMPTY_FOR], so that an alert that comes later waits for `group_wait` anew.
///
/// @param alerts by fingerprint
/// @param nextFlush when the clock ticks next
/// @param flushed whether it has ticked before
/// @param emptySince since when the group has no alerts
public record AlertGroup(
    SortedMap<Fingerprint, GroupAlert> alerts,
    Instant nextFlush,
    boolean flushed,
    Optional<Instant> emptySince) {
  /// How long an empty group is kept: as often as Alertmanager looks for empty groups.
  public static final Duration EMPTY_FOR = Duration.ofSeconds(30);

  public AlertGroup {
    alerts = Collections.unmodifiableSortedMap(new TreeMap<>(alerts));
    requireNonNull(nextFlush, "nextFlush");
    requireNonNull(emptySince, "emptySince");
  }

  /// A group that begins with an alert.
  public static AlertGroup start(GroupAlert alert, Instant now, RouteTimes times) {
    return start(now, times).insert(alert, now, times);
  }

  /// A group whose first alerts are about to come.
  public static AlertGroup start(Instant now, RouteTimes times) {
    return new AlertGroup(new TreeMap<>(), now.plus(times.groupWait()), false, Optional.of(now));
  }

  /// A group that was told of before, by this process or another: its clock goes on from the last
  /// flush that is known.
  public static AlertGroup resume(Instant lastFlush, Instant now, RouteTimes times) {
    Instant next = lastFlush.plus(times.groupInterval());
    return new AlertGroup(new TreeMap<>(), next.isBefore(now) ? now : next, true, Optional.of(now));
  }

  /// Takes an alert, in place of an earlier version of it.
  public AlertGroup insert(GroupAlert alert, Instant now, RouteTimes times) {
    return insert(List.of(alert), now, times);
  }

  /// Takes alerts in order, each in place of an earlier version of it. A group is copied once,
  /// however many alerts come together.
  public AlertGroup insert(Collection<GroupAlert> added, Instant now, RouteTimes times) {
    SortedMap<Fingerprint, GroupAlert> more = new TreeMap<>(alerts);
    Instant next = nextFlush;
    for (GroupAlert alert : added) {
      more.put(alert.fingerprint(), alert);
      boolean waited = !flushed && alert.startsAt().plus(times.groupWait()).isBefore(now);
      next = waited && now.isBefore(next) ? now : next;
    }
    return new AlertGroup(more, next, flushed, more.isEmpty() ? emptySince : Optional.empty());
  }

  public boolean isDue(Instant now) {
    return !nextFlush.isAfter(now);
  }

  /// Whether the group can be forgotten.
  public boolean isOver(Instant now) {
    return emptySince.isPresent() && !emptySince.get().plus(EMPTY_FOR).isAfter(now);
  }

  /// What a flush looks at: every alert, resolved or not as of now.
  public Flush flush(Instant now) {
    return Flush.of(alerts.values(), now);
  }

  /// The group once its clock has ticked. Ticks that were missed are not made up for.
  public AlertGroup ticked(Instant now, RouteTimes times) {
    Instant next = nextFlush.plus(times.groupInterval());
    return new AlertGroup(
        alerts, next.isAfter(now) ? next : now.plus(times.groupInterval()), true, emptySince);
  }

  /// The group after a flush that succeeded: without the alerts that were resolved in it, unless
  /// they have changed since.
  public AlertGroup done(Flush flush, Instant now) {
    SortedMap<Fingerprint, GroupAlert> left = new TreeMap<>(alerts);
    flush.resolved().forEach((fingerprint, alert) -> left.remove(fingerprint, alert));
    return new AlertGroup(
        left,
        nextFlush,
        flushed,
        left.isEmpty() ? emptySince.or(() -> Optional.of(now)) : Optional.empty());
  }
}
