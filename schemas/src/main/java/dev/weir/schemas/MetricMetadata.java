package dev.weir.schemas;

import static java.util.Objects.requireNonNull;

import dev.weir.model.MetricType;
import dev.weir.model.Tenant;

/// What a metric family was declared as, last: the value of [Topics#METADATA]. Format:
/// `metric-metadata.avsc`.
///
/// @param metric name of the family, without the suffixes of its series
/// @param help unescaped; empty if there is none
/// @param unit such as `seconds`; empty if there is none
public record MetricMetadata(
    Tenant tenant, String metric, MetricType type, String help, String unit) {
  public MetricMetadata {
    requireNonNull(tenant, "tenant");
    requireNonNull(metric, "metric");
    requireNonNull(type, "type");
    requireNonNull(help, "help");
    requireNonNull(unit, "unit");
  }

  /// The key of this record.
  public byte[] key() {
    return RecordKeys.of(tenant.name(), metric);
  }
}
