package dev.weir.promql.ast;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/// What moves the time that a selector or subquery is evaluated at.
///
/// @param offset how far back from there; negative looks forward
/// @param at the time itself
public record TimeModifiers(Optional<DurationExpr> offset, Optional<AtModifier> at) {
  public static final TimeModifiers NONE = new TimeModifiers(Optional.empty(), Optional.empty());

  public TimeModifiers {
    requireNonNull(offset, "offset");
    requireNonNull(at, "at");
  }

  public TimeModifiers withOffset(DurationExpr changed) {
    return new TimeModifiers(Optional.of(changed), at);
  }

  public TimeModifiers withAt(AtModifier changed) {
    return new TimeModifiers(offset, Optional.of(changed));
  }
}
