package dev.weir.blocks.node;

import static java.util.Objects.requireNonNull;

/// Which rows of a partition a storage node has in memory: all from an offset on, but for those of
/// long ago.
///
/// @param startOffset the first offset whose rows the node ever had
/// @param goneToMillis the latest time of any row from there on that the node has no more;
///   [Long#MIN_VALUE] if it has them all
public record KeptRows(String topic, int partition, long startOffset, long goneToMillis) {
  public KeptRows {
    requireNonNull(topic, "topic");
  }
}
