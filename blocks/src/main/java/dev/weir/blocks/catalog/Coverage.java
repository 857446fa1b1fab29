package dev.weir.blocks.catalog;

import dev.weir.blocks.catalog.BlockSnapshot.TopicPartition;
import dev.weir.blocks.store.OffsetRange;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/// Ranges of offsets by partition, to ask whether one of them holds another range. Not for sharing
/// between threads while it grows.
final class Coverage {
  /// By first offset. None lies within another, so ends ascend, too.
  private final Map<TopicPartition, TreeMap<Long, OffsetRange>> ranges = new HashMap<>();

  void add(OffsetRange range) {
    if (covers(range)) {
      return;
    }
    TreeMap<Long, OffsetRange> ofPartition =
        ranges.computeIfAbsent(
            new TopicPartition(range.topic(), range.partition()), _ -> new TreeMap<>());
    Map.Entry<Long, OffsetRange> next = ofPartition.ceilingEntry(range.firstOffset());
    while (next != null && range.contains(next.getValue())) {
      ofPartition.remove(next.getKey());
      next = ofPartition.ceilingEntry(range.firstOffset());
    }
    ofPartition.put(range.firstOffset(), range);
  }

  /// Whether one range that was added contains this one.
  boolean covers(OffsetRange range) {
    TreeMap<Long, OffsetRange> ofPartition =
        ranges.get(new TopicPartition(range.topic(), range.partition()));
    if (ofPartition == null) {
      return false;
    }
    // Of those that begin in time, the last ends last.
    Map.Entry<Long, OffsetRange> before = ofPartition.floorEntry(range.firstOffset());
    return before != null && before.getValue().contains(range);
  }
}
