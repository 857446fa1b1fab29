package dev.weir.sink;

import dev.weir.blocks.block.BlockCache;
import dev.weir.blocks.block.BlockMeta;
import dev.weir.blocks.block.BlockReader;
import dev.weir.blocks.store.BlockFile;
import dev.weir.blocks.store.BlockName;
import dev.weir.blocks.store.BlockStore;
import dev.weir.blocks.store.StoredBlock;
import dev.weir.model.TimeRange;
import dev.weir.model.WeirException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Deletes blocks whose samples are all older than retention. Every sink looks at all blocks:
/// deleting twice does no harm.
///
/// The last link of each chain stays whatever its age, because its end is what is durable. For one
/// thread.
final class Retention {
  private static final Logger LOG = LoggerFactory.getLogger(Retention.class);

  private final BlockStore store;
  private final BlockCache cache;
  private final Duration retention;
  private final InstantSource clock;
  private final SinkMetrics metrics;

  /// The latest sample of each block, so that each is opened once.
  private final Map<String, Long> latestMillis = new HashMap<>();

  Retention(
      BlockStore store,
      BlockCache cache,
      Duration retention,
      InstantSource clock,
      SinkMetrics metrics) {
    this.store = store;
    this.cache = cache;
    this.retention = retention;
    this.clock = clock;
    this.metrics = metrics;
  }

  /// Deletes what is too old and returns how many blocks went.
  int run() {
    long oldest = clock.millis() - retention.toMillis();
    List<StoredBlock> links = store.list(BlockName.CHAIN_PREFIX);
    List<StoredBlock> compacted = store.list(BlockName.COMPACTED_PREFIX);
    Set<String> there = new HashSet<>();
    int deleted = 0;
    for (int i = 0; i < links.size(); i++) {
      there.add(links.get(i).name());
      boolean last = i + 1 == links.size() || !sameChain(links.get(i), links.get(i + 1));
      if (!last && isOlder(links.get(i), oldest)) {
        deleted += delete(links.get(i));
      }
    }
    for (StoredBlock block : compacted) {
      there.add(block.name());
      if (isOlder(block, oldest)) {
        deleted += delete(block);
      }
    }
    latestMillis.keySet().retainAll(there);
    return deleted;
  }

  private static boolean sameChain(StoredBlock a, StoredBlock b) {
    Optional<BlockName> first = BlockName.parse(a.name());
    Optional<BlockName> second = BlockName.parse(b.name());
    return first.isPresent()
        && second.isPresent()
        && first.get().topic().equals(second.get().topic())
        && first.get().partition() == second.get().partition();
  }

  private boolean isOlder(StoredBlock block, long oldestMillis) {
    if (BlockName.parse(block.name()).isEmpty()) {
      return false;
    }
    try {
      return latestMillis.computeIfAbsent(block.name(), _ -> latest(block)) < oldestMillis;
    } catch (WeirException e) {
      // A damaged block is for people to look at, never for retention to take away.
      LOG.warn("{} cannot be looked at: {}", block.name(), e.getMessage());
      return false;
    }
  }

  /// The time of the latest sample; of a block without samples, when it was made.
  private long latest(StoredBlock block) {
    BlockMeta meta = BlockReader.open(BlockFile.of(store, block), cache).meta();
    long latest = Long.MIN_VALUE;
    for (BlockMeta.SectionMeta section : meta.sections()) {
      latest = Math.max(latest, section.times().map(TimeRange::endMillis).orElse(Long.MIN_VALUE));
    }
    return latest == Long.MIN_VALUE ? meta.createdAtMillis() : latest;
  }

  private int delete(StoredBlock block) {
    boolean gone = store.delete(block.name());
    cache.forget(block.name());
    if (gone) {
      LOG.info("{}: all samples are older than {}; deleted", block.name(), retention);
      metrics.deletedBlock("retention");
    }
    return gone ? 1 : 0;
  }
}
