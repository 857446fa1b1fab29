package dev.weir.schemas;

import static java.util.Objects.requireNonNull;

import dev.weir.model.Fingerprint;
import dev.weir.model.Labels;
import dev.weir.model.Tenant;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/// What a receiver has been told of a group of alerts: the value of [Topics#NOTIFICATIONS]. Format:
/// `notification-state.avsc`.
///
/// @param groupKey as Alertmanager names the group
/// @param receiver that the route names
/// @param groupLabels the labels of `group_by`, as the group's alerts have them
public record NotificationState(
    Tenant tenant,
    String groupKey,
    String receiver,
    Labels groupLabels,
    List<Integration> integrations) {

  /// One integration of a receiver.
  ///
  /// @param type such as `webhook`
  /// @param index its place among those of its type in the receiver, from 0
  /// @param answered the last notification that it took
  /// @param attempt a notification that may have reached it, and whose answer is not known
  public record Integration(
      String type, int index, Optional<Answered> answered, Optional<Attempt> attempt) {
    public Integration {
      requireNonNull(type, "type");
      requireNonNull(answered, "answered");
      requireNonNull(attempt, "attempt");
    }
  }

  /// A notification that its receiver has taken.
  ///
  /// @param flushedAt when the group was due
  /// @param answeredAt when the answer came
  public record Answered(
      Instant flushedAt,
      Instant answeredAt,
      SortedSet<Fingerprint> firing,
      SortedSet<Fingerprint> resolved) {
    public Answered {
      requireNonNull(flushedAt, "flushedAt");
      requireNonNull(answeredAt, "answeredAt");
      firing = sorted(firing);
      resolved = sorted(resolved);
    }
  }

  /// A notification under way.
  ///
  /// @param startedAt when the member first tried
  /// @param firing what the receiver may have heard of as firing, from this attempt and from
  ///   unanswered ones before it
  public record Attempt(String member, Instant startedAt, SortedSet<Fingerprint> firing) {
    public Attempt {
      requireNonNull(member, "member");
      requireNonNull(startedAt, "startedAt");
      firing = sorted(firing);
    }
  }

  private static SortedSet<Fingerprint> sorted(Set<Fingerprint> alerts) {
    return Collections.unmodifiableSortedSet(new TreeSet<>(alerts));
  }

  public NotificationState {
    requireNonNull(tenant, "tenant");
    requireNonNull(groupKey, "groupKey");
    requireNonNull(receiver, "receiver");
    requireNonNull(groupLabels, "groupLabels");
    integrations = List.copyOf(integrations);
  }

  /// The key of this record.
  public byte[] key() {
    return key(tenant, groupKey, receiver);
  }

  public static byte[] key(Tenant tenant, String groupKey, String receiver) {
    return RecordKeys.of(tenant.name(), groupKey, receiver);
  }
}
