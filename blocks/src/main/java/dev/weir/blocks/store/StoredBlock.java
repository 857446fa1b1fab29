package dev.weir.blocks.store;

import static java.util.Objects.requireNonNull;

import java.time.Instant;

/// An object in a [BlockStore].
///
/// @param publishedAt when it was published, by the clock of who did; later if it was brought back
///   from a backup
public record StoredBlock(String name, long sizeBytes, Instant publishedAt) {
  public StoredBlock {
    requireNonNull(name, "name");
    requireNonNull(publishedAt, "publishedAt");
  }
}
