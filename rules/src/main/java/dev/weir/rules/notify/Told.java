package dev.weir.rules.notify;

import static java.util.Objects.requireNonNull;

import dev.weir.model.Fingerprint;
import java.time.Instant;
import java.util.Set;

/// What a receiver was told of a group last.
///
/// @param at the flush that it was told of
public record Told(Instant at, Set<Fingerprint> firing, Set<Fingerprint> resolved) {
  public Told {
    requireNonNull(at, "at");
    firing = Set.copyOf(firing);
    resolved = Set.copyOf(resolved);
  }

  public static Told of(Flush flush) {
    return new Told(flush.time(), flush.firing().keySet(), flush.resolved().keySet());
  }
}
