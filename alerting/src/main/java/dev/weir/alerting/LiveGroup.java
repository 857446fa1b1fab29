package dev.weir.alerting;

import dev.weir.rules.notify.AlertGroup;
import dev.weir.rules.notify.Flush;
import dev.weir.rules.routing.Route;
import dev.weir.schemas.NotificationState;
import dev.weir.schemas.RecordKeys;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.function.UnaryOperator;

/// A group of alerts as it changes. For one thread.
final class LiveGroup {
  private final GroupId id;
  private final Route route;
  private final String groupKey;
  private final ByteBuffer logKey;
  private final int partition;
  private AlertGroup group;
  private boolean pending;

  /// @param partitions of `weir.notifications`
  LiveGroup(GroupId id, Route route, int partitions, AlertGroup group) {
    this.id = id;
    this.route = route;
    this.groupKey = route.groupKey(id.groupLabels());
    byte[] key = NotificationState.key(id.tenant(), groupKey, route.receiver());
    this.logKey = ByteBuffer.wrap(key);
    this.partition = RecordKeys.partition(key, partitions);
    this.group = group;
  }

  GroupId id() {
    return id;
  }

  Route route() {
    return route;
  }

  String groupKey() {
    return groupKey;
  }

  /// The key of the record that says what its receiver was told.
  ByteBuffer logKey() {
    return logKey;
  }

  /// Who owns this partition of `weir.notifications` sends for the group.
  int partition() {
    return partition;
  }

  AlertGroup group() {
    return group;
  }

  void change(UnaryOperator<AlertGroup> change) {
    group = change.apply(group);
  }

  /// Whether its clock has ticked, and what that means is not settled: nobody has been told, and it
  /// is not known that nobody has to be.
  boolean isPending() {
    return pending;
  }

  void setPending(boolean pending) {
    this.pending = pending;
  }

  /// Ends a flush that succeeded.
  void settle(Flush flush, Instant now) {
    pending = false;
    group = group.done(flush, now);
  }
}
