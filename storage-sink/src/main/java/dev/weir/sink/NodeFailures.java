package dev.weir.sink;

import dev.weir.model.WeirException;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.function.Consumer;

/// Counts questions to the storage node that it could not answer.
final class NodeFailures implements Consumer<RuntimeException> {
  private final Counter failures;

  NodeFailures(PrometheusRegistry registry) {
    failures =
        Counter.builder()
            .name("weir_sink_node_failures_total")
            .help(
                "Questions that the storage node did not answer. Query: the question is at fault or"
                    + " too large; moved_on: rows or partitions are no longer here; internal: the"
                    + " node failed, see the log.")
            .labelNames("reason")
            .register(registry);
  }

  @Override
  public void accept(RuntimeException failure) {
    failures.labelValues(reason(failure)).inc();
  }

  private static String reason(RuntimeException failure) {
    if (!(failure instanceof WeirException ours)) {
      return "internal";
    }
    return switch (ours) {
      case WeirException.BadData _,
          WeirException.Unprocessable _,
          WeirException.LimitExceeded _,
          WeirException.TimedOut _,
          WeirException.Canceled _ ->
          "query";
      case WeirException.Unavailable _ -> "moved_on";
      case WeirException.Corrupt _, WeirException.Internal _ -> "internal";
    };
  }
}
