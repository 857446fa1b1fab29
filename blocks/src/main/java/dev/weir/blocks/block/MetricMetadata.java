package dev.weir.blocks.block;

import static java.util.Objects.requireNonNull;

/// What a metric's exposition says of it, besides its type, which is the series'.
///
/// @param metric the metric's name, as its series have it
/// @param unit empty if there is none
/// @param help empty if there is none
public record MetricMetadata(String metric, String unit, String help) {
  public MetricMetadata {
    requireNonNull(metric, "metric");
    requireNonNull(unit, "unit");
    requireNonNull(help, "help");
  }
}
