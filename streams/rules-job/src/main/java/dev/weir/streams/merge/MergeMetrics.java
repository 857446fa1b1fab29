package dev.weir.streams.merge;

import dev.weir.streams.definition.GroupId;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;

/// What the second stage tells of itself. Any thread.
public final class MergeMetrics {
  private final Counter evaluations;
  private final Counter failures;
  private final Counter late;
  private final Counter incomplete;
  private final Counter unknown;
  private final Counter transitions;
  private final Gauge lastEvaluation;
  private final Gauge lag;
  private final Gauge complete;
  private final Histogram delay;

  public MergeMetrics(PrometheusRegistry registry) {
    this.evaluations =
        Counter.builder()
            .name("weir_rules_evaluations_total")
            .help("Rules that were evaluated.")
            .labelNames("tenant", "file", "group")
            .register(registry);
    this.failures =
        Counter.builder()
            .name("weir_rules_evaluation_failures_total")
            .help("Rules that could not be evaluated from the data that they met.")
            .labelNames("tenant", "file", "group")
            .register(registry);
    this.incomplete =
        Counter.builder()
            .name("weir_rules_incomplete_evaluations_total")
            .help(
                "Evaluations of groups without all data: a partition had not reported in time, or an"
                    + " answer by query was not complete. They resolve nothing.")
            .labelNames("tenant", "file", "group")
            .register(registry);
    this.late =
        Counter.builder()
            .name("weir_rules_late_partial_results_total")
            .help("Partial results that came after their evaluation, and count for nothing.")
            .register(registry);
    this.unknown =
        Counter.builder()
            .name("weir_rules_unknown_partial_results_total")
            .help(
                "Partial results and answers that another version of Weir wrote in a way that this"
                    + " one does not know. They count for nothing.")
            .register(registry);
    this.transitions =
        Counter.builder()
            .name("weir_rules_alert_transitions_total")
            .help("Records that were written to the topic of alerts.")
            .register(registry);
    this.lastEvaluation =
        Gauge.builder()
            .name("weir_rules_last_evaluation_timestamp_seconds")
            .help("The time that a group was last evaluated for.")
            .labelNames("tenant", "file", "group")
            .register(registry);
    this.lag =
        Gauge.builder()
            .name("weir_rules_group_lag_seconds")
            .help("From the time of a group's last evaluation until it was done.")
            .labelNames("tenant", "file", "group")
            .register(registry);
    this.complete =
        Gauge.builder()
            .name("weir_rules_group_complete")
            .help(
                "1 if a group's last evaluation was on all data, 0 if not. Then it ended nothing.")
            .labelNames("tenant", "file", "group")
            .register(registry);
    this.delay =
        Histogram.builder()
            .name("weir_rules_evaluation_delay_seconds")
            .help("From an evaluation's time until it was done.")
            .classicOnly()
            .classicUpperBounds(0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
            .register(registry);
  }

  void evaluated(
      GroupId group, int rules, int failed, boolean onAll, long timeMillis, long nowMillis) {
    String[] labels = {group.tenant().name(), group.file(), group.group()};
    evaluations.labelValues(labels).inc(rules);
    failures.labelValues(labels).inc(failed);
    incomplete.labelValues(labels).inc(onAll ? 0 : 1);
    lastEvaluation.labelValues(labels).set(timeMillis / 1000.0);
    double seconds = Math.max(0, nowMillis - timeMillis) / 1000.0;
    lag.labelValues(labels).set(seconds);
    complete.labelValues(labels).set(onAll ? 1 : 0);
    delay.observe(seconds);
  }

  /// Forgets a group that is no more.
  void removed(GroupId group) {
    String[] labels = {group.tenant().name(), group.file(), group.group()};
    evaluations.remove(labels);
    failures.remove(labels);
    incomplete.remove(labels);
    lastEvaluation.remove(labels);
    lag.remove(labels);
    complete.remove(labels);
  }

  void late() {
    late.inc();
  }

  void unknown() {
    unknown.inc();
  }

  void told() {
    transitions.inc();
  }
}
