package dev.weir.rules.notify;

import static java.util.Objects.requireNonNull;

import dev.weir.model.Fingerprint;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// The alerts of a group at one time. Which of them are resolved was decided then, and stays so
/// however long sending takes.
public record Flush(
    Instant time,
    SortedMap<Fingerprint, GroupAlert> firing,
    SortedMap<Fingerprint, GroupAlert> resolved) {
  public Flush {
    requireNonNull(time, "time");
    firing = Collections.unmodifiableSortedMap(new TreeMap<>(firing));
    resolved = Collections.unmodifiableSortedMap(new TreeMap<>(resolved));
  }

  static Flush of(Collection<GroupAlert> alerts, Instant time) {
    SortedMap<Fingerprint, GroupAlert> firing = new TreeMap<>();
    SortedMap<Fingerprint, GroupAlert> resolved = new TreeMap<>();
    for (GroupAlert alert : alerts) {
      (alert.isResolvedAt(time) ? resolved : firing).put(alert.fingerprint(), alert);
    }
    return new Flush(time, firing, resolved);
  }

  public boolean isEmpty() {
    return firing.isEmpty() && resolved.isEmpty();
  }

  /// The alerts of a notification, in order.
  ///
  /// @param sendResolved whether the receiver wants to hear of resolved ones
  public List<GroupAlert> alerts(boolean sendResolved) {
    List<GroupAlert> all = new ArrayList<>(firing.values());
    if (sendResolved) {
      all.addAll(resolved.values());
    }
    all.sort(GroupAlert.ORDER);
    return all;
  }
}
