package dev.weir.collectors.write;

import dev.weir.model.Tenant;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;

/// What is counted of remote write. Tenants are bounded by `collector.max_tenants`.
public final class WriteMetrics {
  private final Counter samples;
  private final Counter refused;
  private final Counter duplicates;

  public WriteMetrics(PrometheusRegistry registry) {
    samples =
        Counter.builder()
            .name("weir_collector_written_samples_total")
            .help("Samples received by remote write and acknowledged by Kafka.")
            .labelNames("tenant")
            .register(registry);
    refused =
        Counter.builder()
            .name("weir_collector_write_refusals_total")
            .help(
                "Series, samples, exemplars and metadata of remote write that were refused, by reason.")
            .labelNames("tenant", "reason")
            .register(registry);
    duplicates =
        Counter.builder()
            .name("weir_collector_write_duplicates_total")
            .help(
                "Samples of remote write with the series and timestamp of another in the request.")
            .labelNames("tenant")
            .register(registry);
  }

  /// Removes what was counted of a tenant that has no series any more.
  public void forget(Tenant tenant) {
    samples.remove(tenant.name());
    duplicates.remove(tenant.name());
    for (String reason : Refusals.REASONS) {
      refused.remove(tenant.name(), reason);
    }
  }

  void taken(String tenant, int count) {
    samples.labelValues(tenant).inc(count);
  }

  void refused(String tenant, Refusals refusals) {
    refusals.byReason().forEach((reason, count) -> refused.labelValues(tenant, reason).inc(count));
  }

  void duplicates(String tenant, int count) {
    duplicates.labelValues(tenant).inc(count);
  }
}
