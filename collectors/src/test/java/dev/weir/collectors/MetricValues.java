package dev.weir.collectors;

import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;

/// Looks into a registry, for tests.
public final class MetricValues {
  private MetricValues() {}

  /// The value of a counter or gauge.
  ///
  /// @param name as it is exposed, of a counter without `_total`
  /// @param labels alternating names and values
  /// @throws AssertionError if there is none
  public static double value(PrometheusRegistry registry, String name, String... labels) {
    Labels wanted = Labels.of(labels);
    for (MetricSnapshot snapshot : registry.scrape(name::equals)) {
      switch (snapshot) {
        case CounterSnapshot counter -> {
          for (CounterSnapshot.CounterDataPointSnapshot point : counter.getDataPoints()) {
            if (point.getLabels().equals(wanted)) {
              return point.getValue();
            }
          }
        }
        case GaugeSnapshot gauge -> {
          for (GaugeSnapshot.GaugeDataPointSnapshot point : gauge.getDataPoints()) {
            if (point.getLabels().equals(wanted)) {
              return point.getValue();
            }
          }
        }
        default -> throw new AssertionError(name + " is neither a counter nor a gauge");
      }
    }
    throw new AssertionError("there is no " + name + wanted);
  }
}
