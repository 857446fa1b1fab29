package dev.weir.history.report;

import static java.util.Objects.requireNonNull;

import dev.weir.history.alert.AlertPeriod;
import dev.weir.history.alert.AlertPeriods;
import dev.weir.history.job.Backtest;
import dev.weir.history.job.RuleFailures;
import dev.weir.history.notify.AlertLabels;
import dev.weir.history.notify.NotificationReplay;
import dev.weir.history.notify.SentNotification;
import dev.weir.history.range.Steps;
import dev.weir.model.TimeRange;
import dev.weir.rules.Rule;
import dev.weir.rules.RuleGroup;
import dev.weir.rules.group.EvaluationTimes;
import dev.weir.rules.routing.AlertmanagerConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// What rules would have done.
///
/// @param source of the rules, for people: names of files
/// @param alerts one for each alerting rule, in order of files
/// @param notifications in order of time; empty if there is no routing
/// @param failed rules, and what they failed of
/// @param evaluations of rules
public record BacktestReport(
    String source,
    TimeRange range,
    List<AlertSummary> alerts,
    Optional<List<SentNotification>> notifications,
    List<FailedRule> failed,
    long evaluations,
    long samplesRead) {

  /// A rule some of whose evaluations failed.
  public record FailedRule(RuleGroup group, Rule rule, RuleFailures failures) {
    /// Whether none of its evaluations in the range succeeded.
    public boolean isAlways(TimeRange range) {
      int evaluations = Steps.in(range, EvaluationTimes.of(group)).count();
      return evaluations > 0 && failures.count() >= evaluations;
    }
  }

  public BacktestReport {
    requireNonNull(source, "source");
    requireNonNull(range, "range");
    alerts = List.copyOf(alerts);
    notifications = notifications.map(List::copyOf);
    failed = List.copyOf(failed);
  }

  /// @param groups that were tested, in order
  /// @param routing of an `alertmanager.yml`, if there is one
  /// @param labels that alerts are routed by
  public static BacktestReport of(
      String source,
      List<RuleGroup> groups,
      TimeRange range,
      Backtest backtest,
      Optional<AlertmanagerConfig> routing,
      AlertLabels labels) {
    List<AlertPeriod> periods = AlertPeriods.of(backtest.changes(), range);
    // Who fires when the range begins is no news.
    TimeRange andBefore = new TimeRange(TimeRange.ALL.startMillis(), range.endMillis());
    Optional<List<SentNotification>> notifications =
        routing.map(config ->
            NotificationReplay.of(
                config, labels, AlertPeriods.of(backtest.changes(), andBefore), range));
    Map<Integer, List<AlertPeriod>> byRule =
        periods.stream()
            .collect(Collectors.groupingBy(AlertPeriod::rule, TreeMap::new, Collectors.toList()));
    List<AlertSummary> alerts = new ArrayList<>();
    List<FailedRule> failed = new ArrayList<>();
    int number = 0;
    for (RuleGroup group : groups) {
      for (Rule rule : group.rules()) {
        if (rule instanceof Rule.Alerting alerting) {
          alerts.add(
              new AlertSummary(
                  group,
                  alerting,
                  byRule.getOrDefault(number, List.of()),
                  count(notifications, alerting.name())));
        }
        RuleFailures failures = backtest.failures().get(number);
        if (failures != null) {
          failed.add(new FailedRule(group, rule, failures));
        }
        number++;
      }
    }
    return new BacktestReport(
        source,
        range,
        alerts,
        notifications,
        failed,
        backtest.evaluations(),
        backtest.samplesRead());
  }

  private static int count(Optional<List<SentNotification>> notifications, String alert) {
    return (int)
        notifications.orElse(List.of()).stream()
            .filter(notification -> notification.alerts().contains(alert))
            .count();
  }

  /// How often alerts began to fire.
  public long fired() {
    return alerts.stream().mapToLong(AlertSummary::fired).sum();
  }

  /// Notifications that say that something fires; how often alerts began to fire, if nobody knows
  /// who is told.
  public long pages() {
    return notifications
        .map(all -> all.stream().filter(SentNotification::pages).count())
        .orElseGet(this::fired);
  }

  /// Notifications by receiver.
  public Map<String, Long> byReceiver() {
    return notifications.orElse(List.of()).stream()
        .collect(
            Collectors.groupingBy(SentNotification::receiver, TreeMap::new, Collectors.counting()));
  }
}
