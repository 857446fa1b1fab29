package dev.weir.blocks.store;

import static java.util.Objects.requireNonNull;

/// An object in a [BlockStore].
public record StoredBlock(String name, long sizeBytes) {
  public StoredBlock {
    requireNonNull(name, "name");
  }
}
