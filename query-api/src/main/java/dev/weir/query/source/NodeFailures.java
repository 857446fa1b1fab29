package dev.weir.query.source;

import dev.weir.model.WeirException;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Storage nodes that could not answer: counted, and logged as loudly as they deserve. Safe for use
/// by many threads.
final class NodeFailures {
  private static final Logger log = LoggerFactory.getLogger(NodeFailures.class);

  private final Counter failures;

  NodeFailures(PrometheusRegistry registry) {
    failures =
        Counter.builder()
            .name("weir_query_node_failures_total")
            .help(
                "Questions that a storage node did not answer, which makes answers to queries"
                    + " incomplete. Unavailable: it was not reached or has moved on; corrupt: its"
                    + " answer is not what was expected; internal: it failed.")
            .labelNames("reason")
            .register(registry);
    for (String reason : new String[] {"unavailable", "corrupt", "internal"}) {
      failures.initLabelValues(reason);
    }
  }

  /// @param node its name and address
  void add(String node, RuntimeException failure) {
    switch (failure) {
      case WeirException.Unavailable _ -> {
        failures.labelValues("unavailable").inc();
        log.debug("{} did not answer", node, failure);
      }
      case WeirException.Corrupt _ -> {
        failures.labelValues("corrupt").inc();
        log.error("{} did not answer as it should; does it run another version?", node, failure);
      }
      default -> {
        failures.labelValues("internal").inc();
        log.error("{} failed", node, failure);
      }
    }
  }
}
