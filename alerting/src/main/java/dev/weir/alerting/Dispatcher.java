package dev.weir.alerting;

import dev.weir.model.Fingerprint;
import dev.weir.model.Labels;
import dev.weir.rules.notify.AlertGroup;
import dev.weir.rules.notify.Decision;
import dev.weir.rules.notify.Flush;
import dev.weir.rules.notify.GroupAlert;
import dev.weir.rules.notify.Told;
import dev.weir.rules.routing.AlertmanagerConfig;
import dev.weir.rules.routing.Receiver;
import dev.weir.rules.routing.Route;
import dev.weir.rules.routing.RouteTimes;
import dev.weir.rules.routing.WebhookConfig;
import dev.weir.schemas.NotificationState;
import dev.weir.schemas.NotificationState.Answered;
import dev.weir.schemas.NotificationState.Integration;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Sorts alerts into groups and says which of them have news for their receivers. It keeps the
/// groups of all partitions, so that a member that gets a partition goes on at once. For one
/// thread; time is passed in.
final class Dispatcher {
  private final AlertmanagerConfig config;
  private final NotificationLog log;
  private final int partitions;
  private final int maxGroups;
  private final AlertingMetrics metrics;
  private final Map<GroupId, LiveGroup> groups = new LinkedHashMap<>();
  private final Map<ByteBuffer, List<LiveGroup>> byLogKey = new HashMap<>();

  /// A notification that is due to one webhook.
  ///
  /// @param send whether there is anything to send; else it is only noted that all is resolved
  record DueWebhook(int index, WebhookConfig config, Decision decision, boolean send) {}

  Dispatcher(
      AlertmanagerConfig config,
      NotificationLog log,
      int partitions,
      int maxGroups,
      AlertingMetrics metrics) {
    this.config = config;
    this.log = log;
    this.partitions = partitions;
    this.maxGroups = maxGroups;
    this.metrics = metrics;
  }

  /// Groups the alerts that are known when work begins, the oldest first. Resolved ones count only
  /// where a receiver may still have to hear of them.
  void begin(Collection<CurrentAlert> alerts, Instant now) {
    List<CurrentAlert> oldestFirst =
        alerts.stream().sorted(Comparator.comparing(CurrentAlert::updatedAt)).toList();
    insert(oldestFirst, now, true);
  }

  /// Takes alerts that have changed, in order.
  void insert(Collection<CurrentAlert> alerts, Instant now) {
    insert(alerts, now, false);
  }

  private void insert(Collection<CurrentAlert> alerts, Instant now, boolean beginning) {
    Map<LiveGroup, List<GroupAlert>> added = new LinkedHashMap<>();
    for (CurrentAlert alert : alerts) {
      for (Route route : config.route().match(alert.labels())) {
        groupFor(alert, route, now, beginning)
            .ifPresent(
                live -> added.computeIfAbsent(live, _ -> new ArrayList<>()).add(alert.alert()));
      }
    }
    added.forEach(
        (live, more) -> live.change(group -> group.insert(more, now, live.route().times())));
  }

  /// The group that an alert goes to: an open one, or one that opens with it. None if the alert is
  /// resolved and no receiver has to hear of that.
  private Optional<LiveGroup> groupFor(
      CurrentAlert alert, Route route, Instant now, boolean beginning) {
    Labels groupLabels = route.groupBy().labels(alert.labels());
    GroupId id = new GroupId(alert.tenant(), route.id(), groupLabels);
    LiveGroup live = groups.get(id);
    if (live != null && !beginning) {
      return Optional.of(live);
    }
    Optional<NotificationState> state =
        log.get(id.tenant(), route.groupKey(groupLabels), route.receiver());
    if (alert.isResolvedAt(now) && !isNewsTo(state, alert.alert())) {
      return Optional.empty();
    }
    if (live != null) {
      return Optional.of(live);
    }
    if (groups.size() >= maxGroups) {
      metrics.refused("groups");
      return Optional.empty();
    }
    Instant from = alert.updatedAt().isBefore(now) ? alert.updatedAt() : now;
    AlertGroup group =
        state
            .flatMap(told -> resumed(told, now, route.times()))
            .orElseGet(() -> AlertGroup.start(from, route.times()));
    LiveGroup opened = new LiveGroup(id, route, partitions, group);
    groups.put(id, opened);
    byLogKey.computeIfAbsent(opened.logKey(), _ -> new ArrayList<>(1)).add(opened);
    return Optional.of(opened);
  }

  /// The clock of a group whose receiver knows of firing alerts: at once where it is not known what
  /// it knows.
  private static Optional<AlertGroup> resumed(
      NotificationState told, Instant now, RouteTimes times) {
    if (told.integrations().stream().anyMatch(each -> each.attempt().isPresent())) {
      return Optional.of(AlertGroup.resume(now.minus(times.groupInterval()), now, times));
    }
    return told.integrations().stream()
        .flatMap(integration -> integration.answered().stream())
        .filter(answered -> !answered.firing().isEmpty())
        .map(Answered::flushedAt)
        .max(Comparator.naturalOrder())
        .map(flushedAt -> AlertGroup.resume(flushedAt, now, times));
  }

  /// Whether a receiver that knows something of the group has to hear of an alert's end: it knows
  /// that the alert fires, or the alert fired and ended since the group's last flush.
  private static boolean isNewsTo(Optional<NotificationState> state, GroupAlert resolved) {
    if (state.isEmpty()) {
      return false;
    }
    Set<Fingerprint> firing = NotificationLog.knownFiring(state.get());
    return firing.contains(resolved.fingerprint())
        || (!firing.isEmpty()
            && state.get().integrations().stream()
                .flatMap(integration -> integration.answered().stream())
                .anyMatch(answered ->
                    resolved
                        .endsAt()
                        .map(end -> !end.isBefore(answered.flushedAt()))
                        .orElse(false)));
  }

  /// Lets the clocks of all groups tick that are due, and forgets groups that are over.
  ///
  /// @return the groups that ticked and are not empty; they are pending
  List<LiveGroup> tick(Instant now) {
    List<LiveGroup> due = new ArrayList<>();
    groups
        .values()
        .removeIf(live -> {
          if (live.group().isOver(now)) {
            forget(live);
            return true;
          }
          if (live.group().isDue(now)) {
            live.change(group -> group.ticked(now, live.route().times()));
            if (!live.group().alerts().isEmpty()) {
              live.setPending(true);
              due.add(live);
            }
          }
          return false;
        });
    return due;
  }

  private void forget(LiveGroup live) {
    List<LiveGroup> same = byLogKey.get(live.logKey());
    if (same != null) {
      same.remove(live);
      if (same.isEmpty()) {
        byLogKey.remove(live.logKey());
      }
    }
  }

  /// The webhooks that have to hear of a flush. None where there is no news.
  List<DueWebhook> due(LiveGroup live, Flush flush) {
    Receiver receiver = config.receiver(live.route().receiver());
    Optional<NotificationState> state = state(live);
    List<DueWebhook> due = new ArrayList<>();
    for (int i = 0; i < receiver.webhooks().size(); i++) {
      WebhookConfig webhook = receiver.webhooks().get(i);
      Decision decision = decide(live, state, i, webhook, flush);
      if (decision.isNews()) {
        boolean send = !flush.alerts(webhook.sendResolved()).isEmpty();
        due.add(new DueWebhook(i, webhook, decision, send));
      }
    }
    return due;
  }

  private static Decision decide(
      LiveGroup live,
      Optional<NotificationState> state,
      int index,
      WebhookConfig webhook,
      Flush flush) {
    Optional<Told> told = NotificationLog.told(state, index);
    return NotificationLog.integration(state, index)
        .flatMap(Integration::attempt)
        .map(attempt -> Decision.afterAttempt(told, attempt.firing(), flush))
        .orElseGet(() ->
            Decision.of(
                told, flush, webhook.sendResolved(), live.route().times().repeatInterval()));
  }

  Optional<NotificationState> state(LiveGroup live) {
    return log.get(live.id().tenant(), live.groupKey(), live.route().receiver());
  }

  /// Settles the groups of a record that another member has written: what it has told need not be
  /// told again.
  void heard(NotificationState state, Instant now) {
    for (LiveGroup live : byLogKey.getOrDefault(ByteBuffer.wrap(state.key()), List.of())) {
      settleIfNoNews(live, now);
    }
  }

  /// Settles a pending group if there is nothing to tell.
  ///
  /// @return whether it is settled
  boolean settleIfNoNews(LiveGroup live, Instant now) {
    if (live.isPending()) {
      Flush flush = live.group().flush(now);
      if (!due(live, flush).isEmpty()) {
        return false;
      }
      live.settle(flush, now);
    }
    return true;
  }

  /// All groups that wait to be settled.
  List<LiveGroup> pending() {
    return groups.values().stream().filter(LiveGroup::isPending).toList();
  }

  /// Whether there is a group of which a state of the log says what its receiver was told.
  boolean hasGroupOf(NotificationState state) {
    return byLogKey.containsKey(ByteBuffer.wrap(state.key()));
  }

  Optional<LiveGroup> group(GroupId id) {
    return Optional.ofNullable(groups.get(id));
  }

  Collection<LiveGroup> groups() {
    return groups.values();
  }

  AlertmanagerConfig config() {
    return config;
  }
}
