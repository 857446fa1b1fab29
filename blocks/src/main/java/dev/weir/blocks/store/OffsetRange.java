package dev.weir.blocks.store;

import static java.util.Objects.requireNonNull;

import dev.weir.model.WeirException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/// The records of a partition that a block holds: from `firstOffset`, up to but without
/// `endOffset`. Offsets in it that never were records (markers of transactions) belong to it too.
public record OffsetRange(String topic, int partition, long firstOffset, long endOffset)
    implements Comparable<OffsetRange> {
  private static final Comparator<OffsetRange> ORDER =
      Comparator.comparing(OffsetRange::topic)
          .thenComparingInt(OffsetRange::partition)
          .thenComparingLong(OffsetRange::firstOffset)
          .thenComparingLong(OffsetRange::endOffset);

  public OffsetRange {
    requireNonNull(topic, "topic");
    if (partition < 0 || firstOffset < 0 || endOffset <= firstOffset) {
      throw new WeirException.Corrupt(
          "%s partition %d offsets %d to %d are no range; they ascend from 0"
              .formatted(topic, partition, firstOffset, endOffset));
    }
  }

  /// Ranges in order; those that meet or overlap become one.
  public static List<OffsetRange> joined(Collection<OffsetRange> ranges) {
    List<OffsetRange> joined = new ArrayList<>();
    for (OffsetRange range : ranges.stream().sorted().toList()) {
      OffsetRange last = joined.isEmpty() ? null : joined.getLast();
      if (last != null && last.samePartition(range) && range.firstOffset <= last.endOffset) {
        joined.set(
            joined.size() - 1,
            new OffsetRange(
                last.topic,
                last.partition,
                last.firstOffset,
                Math.max(last.endOffset, range.endOffset)));
      } else {
        joined.add(range);
      }
    }
    return joined;
  }

  public boolean samePartition(OffsetRange other) {
    return partition == other.partition && topic.equals(other.topic);
  }

  public boolean contains(OffsetRange other) {
    return samePartition(other) && firstOffset <= other.firstOffset && endOffset >= other.endOffset;
  }

  public boolean overlaps(OffsetRange other) {
    return samePartition(other) && firstOffset < other.endOffset && other.firstOffset < endOffset;
  }

  @Override
  public int compareTo(OffsetRange other) {
    return ORDER.compare(this, other);
  }

  /// `weir.samples/3 [100, 200)`
  @Override
  public String toString() {
    return "%s/%d [%d, %d)".formatted(topic, partition, firstOffset, endOffset);
  }
}
