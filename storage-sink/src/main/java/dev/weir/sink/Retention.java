package dev.weir.sink;

import dev.weir.blocks.block.BlockMeta;
import dev.weir.blocks.block.BlockReader;
import dev.weir.blocks.catalog.BlockSnapshot;
import dev.weir.blocks.catalog.BlockSnapshot.TopicPartition;
import dev.weir.blocks.store.BlockStore;
import dev.weir.blocks.store.OffsetRange;
import dev.weir.model.TimeRange;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Deletes blocks whose samples are all older than retention. Every sink looks at all blocks:
/// deleting twice does no harm.
///
/// A partition's blocks go from the start: one stays as long as a younger one covers an offset
/// before its end. So no hole comes into a chain when old samples arrive late, and a compacted
/// block never goes before the links that it stands for. The last link of each chain stays whatever
/// its age, because its end is what is durable. For one thread.
final class Retention {
  private static final Logger LOG = LoggerFactory.getLogger(Retention.class);

  private final BlockStore store;
  private final Duration retention;
  private final InstantSource clock;
  private final SinkMetrics metrics;

  Retention(BlockStore store, Duration retention, InstantSource clock, SinkMetrics metrics) {
    this.store = store;
    this.retention = retention;
    this.clock = clock;
    this.metrics = metrics;
  }

  /// Deletes what is too old of the blocks that a listing found. A block that cannot be opened is
  /// for people to look at, never for retention to take away.
  ///
  /// @return the names of the blocks that went
  List<String> run(BlockSnapshot snapshot) {
    long oldestMillis = clock.millis() - retention.toMillis();
    Map<TopicPartition, Long> firstYoung = firstOffsetsOfYoung(snapshot, oldestMillis);
    Set<String> lastLinks = new HashSet<>();
    for (TopicPartition partition : snapshot.partitions()) {
      snapshot
          .lastLink(partition.topic(), partition.partition())
          .ifPresent(link -> lastLinks.add(link.name()));
    }
    List<String> deleted = new ArrayList<>();
    for (BlockReader block : snapshot.blocks()) {
      if (latestMillis(block) < oldestMillis
          && !lastLinks.contains(block.name())
          && isBefore(block, firstYoung)) {
        delete(block.name(), deleted);
      }
    }
    return deleted;
  }

  private static Map<TopicPartition, Long> firstOffsetsOfYoung(
      BlockSnapshot snapshot, long oldestMillis) {
    Map<TopicPartition, Long> first = new HashMap<>();
    for (BlockReader block : snapshot.blocks()) {
      if (latestMillis(block) >= oldestMillis) {
        for (OffsetRange range : block.meta().covers()) {
          first.merge(
              new TopicPartition(range.topic(), range.partition()), range.firstOffset(), Math::min);
        }
      }
    }
    return first;
  }

  private static boolean isBefore(BlockReader block, Map<TopicPartition, Long> firstYoung) {
    return block.meta().covers().stream()
        .allMatch(range ->
            range.endOffset()
                <= firstYoung.getOrDefault(
                    new TopicPartition(range.topic(), range.partition()), Long.MAX_VALUE));
  }

  /// The time of the latest sample; of a block without samples, when it was made.
  private static long latestMillis(BlockReader block) {
    long latest = Long.MIN_VALUE;
    for (BlockMeta.SectionMeta section : block.meta().sections()) {
      latest = Math.max(latest, section.times().map(TimeRange::endMillis).orElse(Long.MIN_VALUE));
    }
    return latest == Long.MIN_VALUE ? block.meta().createdAtMillis() : latest;
  }

  private void delete(String name, List<String> deleted) {
    if (store.delete(name)) {
      LOG.info("{}: all samples are older than {}; deleted", name, retention);
      metrics.deletedBlock("retention");
      deleted.add(name);
    }
  }
}
