package dev.weir.blocks.catalog;

import dev.weir.blocks.catalog.BlockSnapshot.TopicPartition;
import dev.weir.blocks.store.OffsetRange;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Records that some blocks have together, by partition: ranges that meet or overlap are one. Tells
/// what of a range none of them has, where [Coverage] asks for one that has all of it. Not for
/// sharing between threads while it grows.
public final class CoveredOffsets {
  /// Ends by first offsets, apart from each other.
  private final Map<TopicPartition, TreeMap<Long, Long>> ends = new HashMap<>();

  public void add(OffsetRange range) {
    TreeMap<Long, Long> parts = ends.computeIfAbsent(partitionOf(range), _ -> new TreeMap<>());
    long first = range.firstOffset();
    long end = range.endOffset();
    Map.Entry<Long, Long> before = parts.floorEntry(end);
    while (before != null && before.getValue() >= first) {
      first = Math.min(first, before.getKey());
      end = Math.max(end, before.getValue());
      parts.remove(before.getKey());
      before = parts.floorEntry(end);
    }
    parts.put(first, end);
  }

  /// What of a range is in none of those that were added, in order.
  public List<OffsetRange> missing(OffsetRange range) {
    List<OffsetRange> missing = new ArrayList<>();
    long from = range.firstOffset();
    TreeMap<Long, Long> parts = ends.getOrDefault(partitionOf(range), new TreeMap<>());
    Map.Entry<Long, Long> part = parts.floorEntry(from);
    if (part == null) {
      part = parts.higherEntry(from);
    }
    while (part != null && part.getKey() < range.endOffset()) {
      if (part.getKey() > from) {
        missing.add(of(range, from, part.getKey()));
      }
      from = Math.max(from, part.getValue());
      part = parts.higherEntry(part.getKey());
    }
    if (from < range.endOffset()) {
      missing.add(of(range, from, range.endOffset()));
    }
    return missing;
  }

  private static OffsetRange of(OffsetRange partition, long first, long end) {
    return new OffsetRange(partition.topic(), partition.partition(), first, end);
  }

  private static TopicPartition partitionOf(OffsetRange range) {
    return new TopicPartition(range.topic(), range.partition());
  }
}
