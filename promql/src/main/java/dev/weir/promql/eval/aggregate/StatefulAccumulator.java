package dev.weir.promql.eval.aggregate;

/// An accumulator whose state can leave the process, and be merged elsewhere with those of other
/// shards.
abstract class StatefulAccumulator extends Accumulator {
  /// Writes all that was taken in. The accumulator is of no use afterwards.
  abstract void save(StateColumns state);

  /// Takes over what another has saved, instead of series.
  abstract void load(StateColumns state);
}
