package dev.weir.benchmarks.rules;

import dev.weir.benchmarks.query.RecordedInstances.Instance;
import dev.weir.model.SeriesMeta;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Rules as people write them over the metrics of some instances: rates and averages that are
/// recorded, thresholds that are not reached. Each selects one metric of neither few nor many
/// series.
final class ManyRules {
  private static final int MIN_SERIES = 35;
  private static final int MAX_SERIES = 560;
  private static final int RULES_PER_GROUP = 30;

  /// Forms of a rule over a counter, and over a gauge; `%1$s` is the metric, `%2$d` the rule.
  private static final List<String> OVER_COUNTERS =
      List.of(
          "{record: \"instance:rule%2$d:rate5m\", expr: \"sum by (instance) (rate(%1$s[5m]))\"}",
          "{alert: Rule%2$d, expr: \"sum by (job) (rate(%1$s[1m])) > 1e15\", for: 1m}");

  private static final List<String> OVER_GAUGES =
      List.of(
          "{record: \"job:rule%2$d:avg\", expr: \"avg by (job) (%1$s)\"}",
          "{alert: Rule%2$d, expr: \"max_over_time(%1$s[5m]) > 1e300\", for: 1m}");

  private ManyRules() {}

  /// A rule file.
  ///
  /// @param interval of all groups, as `1s`
  static String file(List<Instance> instances, int count, String interval) {
    List<String> metrics = metrics(instances);
    StringBuilder file = new StringBuilder("groups:\n");
    for (int rule = 0; rule < count; rule++) {
      if (rule % RULES_PER_GROUP == 0) {
        file.append("  - name: group-%d%n".formatted(rule / RULES_PER_GROUP));
        file.append("    interval: %s%n    rules:%n".formatted(interval));
      }
      String metric = metrics.get(rule % metrics.size());
      List<String> forms = metric.endsWith("_total") ? OVER_COUNTERS : OVER_GAUGES;
      String form = forms.get((rule + rule / metrics.size()) % forms.size());
      file.append("      - ").append(form.formatted(metric, rule)).append('\n');
    }
    return file.toString();
  }

  private static List<String> metrics(List<Instance> instances) {
    Map<String, Integer> series = new TreeMap<>();
    for (Instance instance : instances) {
      for (SeriesMeta meta : instance.series()) {
        series.merge(meta.labels().metricName(), 1, Integer::sum);
      }
    }
    List<String> metrics = new ArrayList<>();
    series.forEach((name, count) -> {
      if (count >= MIN_SERIES && count <= MAX_SERIES) {
        metrics.add(name);
      }
    });
    return metrics;
  }
}
