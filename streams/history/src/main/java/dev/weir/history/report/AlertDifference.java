package dev.weir.history.report;

import java.util.List;
import java.util.TreeSet;

/// What changes about the alerts of one name from one set of rules to another.
///
/// @param before of the rules that are compared with
public record AlertDifference(String name, Counts before, Counts after) {

  /// @param rules of that name
  public record Counts(int rules, long fired, long firingMillis, long notifications) {
    static Counts of(List<AlertSummary> alerts) {
      return new Counts(
          alerts.size(),
          alerts.stream().mapToLong(AlertSummary::fired).sum(),
          alerts.stream().mapToLong(AlertSummary::firingMillis).sum(),
          alerts.stream().mapToLong(AlertSummary::notifications).max().orElse(0));
    }
  }

  /// All names of both, in order; also those that are the same.
  public static List<AlertDifference> between(BacktestReport before, BacktestReport after) {
    TreeSet<String> names = new TreeSet<>();
    before.alerts().forEach(alert -> names.add(alert.rule().name()));
    after.alerts().forEach(alert -> names.add(alert.rule().name()));
    return names.stream()
        .map(name -> new AlertDifference(name, counts(before, name), counts(after, name)))
        .toList();
  }

  private static Counts counts(BacktestReport report, String name) {
    return Counts.of(
        report.alerts().stream().filter(alert -> alert.rule().name().equals(name)).toList());
  }

  public boolean isChange() {
    return before.fired != after.fired
        || before.firingMillis != after.firingMillis
        || before.notifications != after.notifications
        || (before.rules == 0) != (after.rules == 0);
  }
}
