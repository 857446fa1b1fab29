package dev.weir.history.report;

import static java.util.Objects.requireNonNull;

import dev.weir.history.alert.AlertPeriod;
import dev.weir.model.Labels;
import dev.weir.rules.Rule;
import dev.weir.rules.RuleGroup;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What became of the alerts of one rule.
///
/// @param periods by labels, then time
/// @param notifications that have one of them; 0 if nobody counted
public record AlertSummary(
    RuleGroup group, Rule.Alerting rule, List<AlertPeriod> periods, int notifications) {
  public AlertSummary {
    requireNonNull(group, "group");
    requireNonNull(rule, "rule");
    periods = List.copyOf(periods);
  }

  /// The lives of the alert with some labels.
  ///
  /// @param periods in order of time
  public record Series(Labels labels, List<AlertPeriod> periods) {
    public Series {
      periods = List.copyOf(periods);
    }

    public long fired() {
      return periods.stream().filter(period -> period.firedMillis().isPresent()).count();
    }

    public long firingMillis() {
      return periods.stream().mapToLong(AlertPeriod::firingMillis).sum();
    }

    public long longestMillis() {
      return periods.stream().mapToLong(AlertPeriod::firingMillis).max().orElse(0);
    }
  }

  /// Those that fired first, the longest before the others.
  public List<Series> series() {
    Map<Labels, List<AlertPeriod>> byLabels = new TreeMap<>();
    for (AlertPeriod period : periods) {
      byLabels.computeIfAbsent(period.labels(), _ -> new ArrayList<>()).add(period);
    }
    return byLabels.entrySet().stream()
        .map(entry -> new Series(entry.getKey(), entry.getValue()))
        .sorted(
            Comparator.comparingLong((Series series) -> -series.firingMillis())
                .thenComparing(Series::labels))
        .toList();
  }

  /// How often an alert began to fire.
  public long fired() {
    return periods.stream().filter(period -> period.firedMillis().isPresent()).count();
  }

  /// How often an alert was pending and did not come to fire.
  public long onlyPending() {
    return periods.size() - fired();
  }

  /// How long alerts fired, all together.
  public long firingMillis() {
    return periods.stream().mapToLong(AlertPeriod::firingMillis).sum();
  }

  public long pendingMillis() {
    return periods.stream().mapToLong(AlertPeriod::pendingMillis).sum();
  }

  public long longestMillis() {
    return periods.stream().mapToLong(AlertPeriod::firingMillis).max().orElse(0);
  }
}
