package dev.weir.promql.eval.standing;

import org.jspecify.annotations.Nullable;

/// A vector that somebody else evaluates.
@FunctionalInterface
public interface StandingInput {
  /// The vector at the time of the evaluation at hand, each series once; null if it cannot be given
  /// in this way.
  @Nullable StandingVector vector();
}
