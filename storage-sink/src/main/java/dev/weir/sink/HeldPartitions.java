package dev.weir.sink;

import dev.weir.blocks.node.LocalStorageNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/// The partitions that the group gave to this sink, and those that have another owner and are still
/// served for a while. For the worker's thread, apart from [#owns].
final class HeldPartitions {
  private final LocalStorageNode node;
  private final SinkMetrics metrics;
  private final Runnable changed;

  private final Map<TopicPartition, AssignedPartition> assigned = new HashMap<>();
  private final List<AssignedPartition> leaving = new ArrayList<>();
  private boolean joined;
  private volatile Set<TopicPartition> owned = Set.of();

  /// @param changed called when other partitions are open than before
  HeldPartitions(LocalStorageNode node, SinkMetrics metrics, Runnable changed) {
    this.node = node;
    this.metrics = metrics;
    this.changed = changed;
  }

  void assign(Collection<TopicPartition> partitions) {
    for (TopicPartition partition : partitions) {
      assigned.put(partition, new AssignedPartition(partition));
    }
    joined = true;
  }

  /// Serves a partition that was opened.
  void serve(AssignedPartition opened, PartitionIngester ingester) {
    TopicPartition partition = opened.partition();
    node.serve(partition.topic(), partition.partition(), ingester.head(), ingester::status);
    showOwned();
  }

  /// Gives a partition up. If it was open it is served on for a while; false if it was not.
  boolean leave(TopicPartition partition, long nowMillis) {
    AssignedPartition one = assigned.remove(partition);
    boolean wasOpen = one != null && one.ingester() != null;
    if (one != null && wasOpen) {
      one.leave(nowMillis);
      leaving.add(one);
    }
    showOwned();
    return wasOpen;
  }

  private void showOwned() {
    owned =
        assigned.values().stream()
            .filter(one -> one.ingester() != null)
            .map(AssignedPartition::partition)
            .collect(Collectors.toUnmodifiableSet());
    changed.run();
  }

  /// Whether a partition is this sink's, and open. May be called by any thread.
  boolean owns(TopicPartition partition) {
    return owned.contains(partition);
  }

  /// Whether all is served that the logs held when the partitions were opened that the group has
  /// given.
  boolean areReplayed() {
    return joined && assigned.values().stream().allMatch(AssignedPartition::isReplayed);
  }

  @Nullable AssignedPartition get(TopicPartition partition) {
    return assigned.get(partition);
  }

  /// Whether this partition is still ours; it may have come back as another.
  boolean isAssigned(AssignedPartition one) {
    return assigned.get(one.partition()) == one;
  }

  Collection<AssignedPartition> assigned() {
    return assigned.values();
  }

  /// The partitions whose records are read.
  List<TopicPartition> reading() {
    return assigned.values().stream()
        .filter(AssignedPartition::isReading)
        .map(AssignedPartition::partition)
        .toList();
  }

  /// Those of ours, and those that are still served.
  List<AssignedPartition> all() {
    List<AssignedPartition> all = new ArrayList<>(assigned.values());
    all.addAll(leaving);
    return all;
  }

  /// No longer serves what has another owner for so long.
  void retire(long nowMillis, Duration after) {
    Iterator<AssignedPartition> left = leaving.iterator();
    while (left.hasNext()) {
      AssignedPartition one = left.next();
      if (one.leftAtMillis() + after.toMillis() <= nowMillis && one.flush() == null) {
        retire(one);
        left.remove();
      }
    }
  }

  /// No longer serves what has another owner.
  void retireAll() {
    leaving.forEach(this::retire);
    leaving.clear();
  }

  private void retire(AssignedPartition one) {
    PartitionIngester ingester = one.ingester();
    TopicPartition partition = one.partition();
    if (ingester != null) {
      node.retire(partition.topic(), partition.partition(), ingester.head());
    }
    if (!assigned.containsKey(partition)) {
      metrics.forget(partition);
    }
  }
}
