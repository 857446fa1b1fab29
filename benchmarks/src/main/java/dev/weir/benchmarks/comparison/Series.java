package dev.weir.benchmarks.comparison;

import dev.weir.model.Labels;

/// A series of floats as it is written to every server.
///
/// @param timestampsMillis in order
record Series(Labels labels, long[] timestampsMillis, double[] values) {
  Series {
    if (timestampsMillis.length != values.length) {
      throw new IllegalArgumentException(
          "%s has %d timestamps and %d values"
              .formatted(labels, timestampsMillis.length, values.length));
    }
  }
}
