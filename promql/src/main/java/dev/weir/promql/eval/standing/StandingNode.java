package dev.weir.promql.eval.standing;

import org.jspecify.annotations.Nullable;

/// A part of a standing expression that is an instant vector.
abstract class StandingNode {
  /// One for each slot; belongs to this node, but whoever reads it may write to it.
  private double[] values = {};

  final double[] values() {
    return values;
  }

  /// An array for as many values, whatever is in it.
  final double[] values(int count) {
    if (values.length != count) {
      values = new double[count];
    }
    return values;
  }

  /// Takes another node's values for its own.
  final double[] valuesOf(StandingNode other) {
    values = other.values;
    return values;
  }

  /// Evaluates at a time, after which [#values] are the values.
  ///
  /// @return where the series stand; null if the node cannot be evaluated in this way
  abstract @Nullable Slots evaluate(long timestampMillis);
}
