package dev.weir.streams.query;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;

/// What rules that are evaluated by query tell of themselves. Any thread.
public final class QueryMetrics {
  private final Counter failures;
  private final Histogram durations;
  private final Gauge waiting;

  public QueryMetrics(PrometheusRegistry registry) {
    this.durations =
        Histogram.builder()
            .name("weir_rules_query_duration_seconds")
            .help("Queries that rules were evaluated by, answered or not.")
            .classicOnly()
            .classicUpperBounds(0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30)
            .register(registry);
    this.failures =
        Counter.builder()
            .name("weir_rules_query_failures_total")
            .help("Queries for rules that had no answer.")
            .register(registry);
    this.waiting =
        Gauge.builder()
            .name("weir_rules_queries_waiting")
            .help("Queries for rules that wait because others are under way.")
            .register(registry);
  }

  void asked(long nanos, boolean answered) {
    durations.observe(nanos / 1e9);
    failures.inc(answered ? 0 : 1);
  }

  void waiting(int queries) {
    waiting.set(queries);
  }
}
