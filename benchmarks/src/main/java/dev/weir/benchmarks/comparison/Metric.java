package dev.weir.benchmarks.comparison;

import java.util.List;

/// A metric that queries may ask for.
///
/// @param labels that its series have beside `job` and `instance`
record Metric(String name, Kind kind, List<String> labels) {
  /// What a query may do with the values and still come to the same in every server, to the last
  /// bits.
  enum Kind {
    /// Grows by whole numbers, from a large one.
    COUNTER,
    /// The same, but begins at nothing and falls back to nothing.
    COUNTER_FROM_ZERO,
    /// Small whole numbers: sums are exact in every order.
    WHOLE,
    /// Values that are nowhere the same: a choice of some is the same in every order.
    DISTINCT,
    /// Always 1, for joins.
    INFO,
    /// The buckets of a classic histogram.
    BUCKETS,
    /// NaN, infinities, zeros of both signs, the largest and the smallest numbers.
    ODD
  }

  Metric {
    labels = List.copyOf(labels);
  }
}
