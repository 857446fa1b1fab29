package dev.weir.history.notify;

import static java.util.Objects.requireNonNull;

import dev.weir.history.alert.AlertPeriod;
import dev.weir.model.Labels;
import dev.weir.model.TimeRange;
import dev.weir.rules.alert.AlertExpansion;
import dev.weir.rules.notify.AlertGroup;
import dev.weir.rules.notify.Decision;
import dev.weir.rules.notify.Flush;
import dev.weir.rules.notify.GroupAlert;
import dev.weir.rules.notify.Told;
import dev.weir.rules.routing.AlertmanagerConfig;
import dev.weir.rules.routing.Receiver;
import dev.weir.rules.routing.Route;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/// Sends alerts of the past through the routing of an `alertmanager.yml` and notes what receivers
/// would have been told: alerts are known the moment they change, every notification arrives, and
/// nothing is silenced. Of alerts that fire when the range begins receivers have been told before.
///
/// A receiver without webhooks counts as one integration that hears of resolved alerts: it stands
/// for whatever the file names that Weir itself does not send to.
public final class NotificationReplay {
  private final AlertmanagerConfig config;
  private final AlertLabels labels;
  private final TimeRange range;
  private final Map<GroupId, Group> groups = new LinkedHashMap<>();
  private final PriorityQueue<Tick> ticks = new PriorityQueue<>();
  private final List<SentNotification> sent = new ArrayList<>();

  private record GroupId(String route, Labels labels) {}

  /// The clock of a group.
  private record Tick(Instant time, long order, Group group) implements Comparable<Tick> {
    @Override
    public int compareTo(Tick other) {
      int byTime = time.compareTo(other.time);
      return byTime != 0 ? byTime : Long.compare(order, other.order);
    }
  }

  /// What is known of a group, and what each integration of its receiver was told.
  private static final class Group {
    private final GroupId id;
    private final Route route;
    private final long order;
    private final Map<Integer, Told> told = new HashMap<>();
    private AlertGroup alerts;
    private Instant ticksAt;

    Group(GroupId id, Route route, long order, AlertGroup alerts) {
      this.id = id;
      this.route = route;
      this.order = order;
      this.alerts = alerts;
      this.ticksAt = Instant.MAX;
    }
  }

  private NotificationReplay(AlertmanagerConfig config, AlertLabels labels, TimeRange range) {
    this.config = requireNonNull(config, "config");
    this.labels = requireNonNull(labels, "labels");
    this.range = requireNonNull(range, "range");
  }

  /// The notifications of a range, in order of time.
  ///
  /// @param labels that alerts have for who routes them
  /// @param periods of alerts, some of which may begin before the range
  public static List<SentNotification> of(
      AlertmanagerConfig config, AlertLabels labels, List<AlertPeriod> periods, TimeRange range) {
    NotificationReplay replay = new NotificationReplay(config, labels, range);
    replay.run(periods);
    return List.copyOf(replay.sent);
  }

  private void run(List<AlertPeriod> periods) {
    List<GroupAlert> before = new ArrayList<>();
    changes(periods, before)
        .forEach((millis, alerts) -> {
          if (!before.isEmpty()) {
            toldBefore(before);
            before.clear();
          }
          Instant now = Instant.ofEpochMilli(millis);
          tickBefore(now);
          alerts.forEach(alert -> insert(alert, now));
        });
    if (!before.isEmpty()) {
      toldBefore(before);
    }
    tickBefore(Instant.ofEpochMilli(range.endMillis()).plusMillis(1));
  }

  /// What becomes known when, of alerts that fire.
  ///
  /// @param before takes those that fire when the range begins
  private SortedMap<Long, List<GroupAlert>> changes(
      List<AlertPeriod> periods, List<GroupAlert> before) {
    SortedMap<Long, List<GroupAlert>> changes = new TreeMap<>();
    for (AlertPeriod period : periods) {
      Labels routed = labels.of(period.labels()).orElse(null);
      if (routed == null
          || period.firedMillis().isEmpty()
          || (!period.ongoing() && period.endMillis() < range.startMillis())) {
        continue;
      }
      long fired = period.firedMillis().getAsLong();
      GroupAlert alert = alert(routed, fired, Optional.empty());
      if (fired < range.startMillis()) {
        before.add(alert);
      } else {
        changes.computeIfAbsent(fired, _ -> new ArrayList<>()).add(alert);
      }
      if (!period.ongoing()) {
        changes
            .computeIfAbsent(period.endMillis(), _ -> new ArrayList<>())
            .add(alert(routed, fired, Optional.of(period.endMillis())));
      }
    }
    return changes;
  }

  private static GroupAlert alert(Labels labels, long firedMillis, Optional<Long> endMillis) {
    return new GroupAlert(
        labels,
        Labels.EMPTY,
        Instant.ofEpochMilli(firedMillis),
        endMillis.map(Instant::ofEpochMilli),
        "");
  }

  /// Begins the groups of alerts that fire when the range begins: all of them have been told.
  private void toldBefore(List<GroupAlert> alerts) {
    Instant start = Instant.ofEpochMilli(range.startMillis());
    alerts.forEach(alert -> insert(alert, start));
    for (Group group : groups.values()) {
      Told told = Told.of(group.alerts.flush(start));
      for (int i = 0; i < integrations(group); i++) {
        group.told.put(i, told);
      }
    }
  }

  private int integrations(Group group) {
    return Math.max(1, config.receiver(group.route.receiver()).webhooks().size());
  }

  private void insert(GroupAlert alert, Instant now) {
    for (Route route : config.route().match(alert.labels())) {
      GroupId id = new GroupId(route.id(), route.groupBy().labels(alert.labels()));
      Group group = groups.get(id);
      if (group != null && group.alerts.isOver(now)) {
        group.alerts = AlertGroup.start(now, route.times());
      }
      if (group == null) {
        group = new Group(id, route, groups.size(), AlertGroup.start(now, route.times()));
        groups.put(id, group);
      }
      group.alerts = group.alerts.insert(alert, now, route.times());
      schedule(group);
    }
  }

  private void schedule(Group group) {
    if (!group.alerts.nextFlush().equals(group.ticksAt)) {
      group.ticksAt = group.alerts.nextFlush();
      ticks.add(new Tick(group.ticksAt, group.order, group));
    }
  }

  private void tickBefore(Instant end) {
    while (!ticks.isEmpty() && ticks.peek().time.isBefore(end)) {
      Tick tick = ticks.remove();
      // A clock that was set anew has another tick in the queue.
      if (tick.time.equals(tick.group.ticksAt)) {
        tick(tick.group, tick.time);
      }
    }
  }

  private void tick(Group group, Instant now) {
    group.ticksAt = Instant.MAX;
    if (group.alerts.alerts().isEmpty()) {
      // It ticks again with its next alert: at this tick nothing would have been told.
      group.alerts = group.alerts.ticked(now, group.route.times());
      if (!group.alerts.isOver(now)) {
        schedule(group);
      }
      return;
    }
    group.alerts = group.alerts.ticked(now, group.route.times());
    Flush flush = group.alerts.flush(now);
    tell(group, flush);
    group.alerts = group.alerts.done(flush, now);
    schedule(group);
  }

  private void tell(Group group, Flush flush) {
    Receiver receiver = config.receiver(group.route.receiver());
    for (int i = 0; i < integrations(group); i++) {
      boolean sendResolved =
          receiver.webhooks().isEmpty() || receiver.webhooks().get(i).sendResolved();
      Decision decision =
          Decision.of(
              Optional.ofNullable(group.told.get(i)),
              flush,
              sendResolved,
              group.route.times().repeatInterval());
      if (decision.isNews()) {
        group.told.put(i, Told.of(flush));
        List<GroupAlert> alerts = flush.alerts(sendResolved);
        if (!alerts.isEmpty()) {
          sent.add(notification(group, flush, decision, alerts));
        }
      }
    }
  }

  private static SentNotification notification(
      Group group, Flush flush, Decision decision, List<GroupAlert> alerts) {
    TreeSet<String> names = new TreeSet<>();
    alerts.forEach(alert -> names.add(alert.labels().get(AlertExpansion.ALERT_NAME)));
    return new SentNotification(
        flush.time().toEpochMilli(),
        group.route.receiver(),
        group.id.labels,
        decision,
        flush.firing().size(),
        alerts.size() - flush.firing().size(),
        names);
  }
}
