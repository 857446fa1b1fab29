package dev.weir.blocks.node;

import static java.util.Objects.requireNonNull;

import dev.weir.model.WeirException;

/// A place in a partition of a topic.
public record PartitionOffset(String topic, int partition, long offset) {
  public PartitionOffset {
    requireNonNull(topic, "topic");
    if (partition < 0 || offset < 0) {
      throw new WeirException.BadData(
          "%s partition %d offset %d: neither is negative".formatted(topic, partition, offset));
    }
  }

  /// `weir.samples/3 from 1200`
  @Override
  public String toString() {
    return "%s/%d from %d".formatted(topic, partition, offset);
  }
}
