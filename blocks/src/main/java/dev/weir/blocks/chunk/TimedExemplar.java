package dev.weir.blocks.chunk;

import static java.util.Objects.requireNonNull;

import dev.weir.model.Exemplar;

/// An exemplar and the timestamp of the row that it came with, which stands in for its own where it
/// has none.
public record TimedExemplar(long rowTimestampMillis, Exemplar exemplar) {
  public TimedExemplar {
    requireNonNull(exemplar, "exemplar");
  }

  /// When it was observed, as well as that is known.
  public long timestampMillis() {
    return exemplar.timestampMillis().orElse(rowTimestampMillis);
  }
}
