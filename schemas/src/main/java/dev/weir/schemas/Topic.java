package dev.weir.schemas;

import java.util.Map;

/// A topic as Weir creates it and expects to find it.
///
/// @param partitions how many, fixed at creation
/// @param replicas replication factor
/// @param config topic settings that differ from the broker's, by Kafka's names
public record Topic(String name, int partitions, short replicas, Map<String, String> config) {
  public Topic {
    config = Map.copyOf(config);
    if (partitions < 1 || replicas < 1) {
      throw new IllegalArgumentException(
          "topic %s: %d partitions and %d replicas; both are at least 1"
              .formatted(name, partitions, replicas));
    }
  }
}
