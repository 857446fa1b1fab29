package dev.weir.blocks.compaction;

import dev.weir.blocks.block.BlockReader;
import dev.weir.blocks.catalog.BlockChain;
import dev.weir.blocks.catalog.BlockSnapshot;
import dev.weir.blocks.store.OffsetRange;
import dev.weir.model.Tenant;
import java.util.List;
import java.util.Optional;

/// Finds what of a tenant's blocks of one partition is to be merged next: links before compacted
/// blocks, a level after the other.
///
/// **Links** become a block of level 1 when their span of time is over, or when there are many of
/// them already. All links count, also those without the tenant, for the block then stands for
/// them.
///
/// **Compacted blocks** become one of a higher level when their span at that level is over: when a
/// block of the tenant lies in a later one. Every block that counts for the tenant is looked at, so
/// that none is passed over whose records the result would claim to hold. Blocks that overlap are
/// merged like others.
final class CompactionPlan {
  private final BlockSnapshot snapshot;
  private final BlockChain chain;
  private final Tenant tenant;
  private final CompactionPolicy policy;

  /// @param chain of the partition; it is whole
  CompactionPlan(BlockSnapshot snapshot, BlockChain chain, Tenant tenant, CompactionPolicy policy) {
    this.snapshot = snapshot;
    this.chain = chain;
    this.tenant = tenant;
    this.policy = policy;
  }

  Optional<CompactionTask> next() {
    List<BlockReader> counting =
        snapshot.blocks(tenant).stream().filter(this::isOfPartition).toList();
    Optional<CompactionTask> task = links(counting);
    for (int level = 2; level <= policy.levels() && task.isEmpty(); level++) {
      task = compacted(counting, level);
    }
    return task;
  }

  private boolean isOfPartition(BlockReader block) {
    return block.meta().covers().size() == 1 && isOfPartition(BlockRun.coverOf(block));
  }

  private boolean isOfPartition(OffsetRange range) {
    return range.topic().equals(chain.topic()) && range.partition() == chain.partition();
  }

  private Optional<CompactionTask> links(List<BlockReader> counting) {
    long start =
        counting.stream()
            .filter(block -> block.meta().level() > 0)
            .mapToLong(block -> BlockRun.coverOf(block).endOffset())
            .max()
            .orElse(0);
    BlockRun run = newRun(1);
    boolean over = false;
    for (BlockReader link : snapshot.links(chain.topic(), chain.partition())) {
      boolean starts = run.size() == 0 && link.meta().section(tenant).isPresent();
      if (BlockRun.coverOf(link).firstOffset() < start || (run.size() == 0 && !starts)) {
        continue;
      }
      if (!run.takes(link)) {
        over = true;
        break;
      }
      run.add(link);
    }
    return run.size() >= policy.minBlocks() || (run.size() > 0 && over)
        ? Optional.of(run.toTask(1))
        : Optional.empty();
  }

  private Optional<CompactionTask> compacted(List<BlockReader> counting, int level) {
    BlockRun run = newRun(level);
    for (BlockReader block : counting) {
      boolean smaller = block.meta().level() > 0 && block.meta().level() < level;
      if (smaller && run.takes(block)) {
        run.add(block);
      } else {
        boolean over = run.isLater(block) || run.isFull(block) || block.meta().level() >= level;
        if (run.size() > 1 && over) {
          return Optional.of(run.toTask(level));
        }
        run = newRun(level);
        if (smaller) {
          run.add(block);
        }
      }
    }
    return Optional.empty();
  }

  private BlockRun newRun(int level) {
    return new BlockRun(chain, tenant, policy, level);
  }
}
