package dev.weir.query.watch;

import dev.weir.promql.query.QueryLimit;
import dev.weir.promql.query.QueryStatistics;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;

/// Counts what becomes of queries.
public final class QueryCounters {
  private static final double NANOS = 1e9;

  private final Counter stopped;
  private final Counter canceled;
  private final Counter samplesRead;
  private final Histogram duration;

  public QueryCounters(PrometheusRegistry registry) {
    stopped =
        Counter.builder()
            .name("weir_query_stopped_total")
            .help("Queries that were refused or stopped because of a limit, by limit.")
            .labelNames("limit")
            .register(registry);
    for (QueryLimit limit : QueryLimit.values()) {
      stopped.initLabelValues(limit.text());
    }
    canceled =
        Counter.builder()
            .name("weir_query_canceled_total")
            .help("Queries that were stopped because their client went away.")
            .register(registry);
    samplesRead =
        Counter.builder()
            .name("weir_query_samples_read_total")
            .help("Samples that queries have read.")
            .register(registry);
    duration =
        Histogram.builder()
            .name("weir_query_duration_seconds")
            .help("Time that queries took: waiting for others (queue), and reading and evaluating.")
            .labelNames("phase")
            .classicOnly()
            .classicUpperBounds(0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10, 60)
            .register(registry);
  }

  void ended(QueryStatistics statistics) {
    samplesRead.inc(statistics.samplesRead());
    duration.labelValues("queue").observe(statistics.queueNanos() / NANOS);
    duration.labelValues("parse").observe(statistics.parseNanos() / NANOS);
    duration.labelValues("eval").observe(statistics.evalNanos() / NANOS);
  }

  void stopped(QueryLimit limit) {
    stopped.labelValues(limit.text()).inc();
  }

  void canceled() {
    canceled.inc();
  }
}
