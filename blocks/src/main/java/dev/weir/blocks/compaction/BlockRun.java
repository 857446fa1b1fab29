package dev.weir.blocks.compaction;

import dev.weir.blocks.block.BlockMeta;
import dev.weir.blocks.block.BlockReader;
import dev.weir.blocks.catalog.BlockChain;
import dev.weir.blocks.store.OffsetRange;
import dev.weir.model.Tenant;
import dev.weir.model.TimeRange;
import java.util.ArrayList;
import java.util.List;

/// Adjacent blocks of one partition that may become one, while it is found out how many there are.
///
/// Blocks lie in order of offsets, which is nearly that of time: where a block's last sample lies
/// by the clock says where the block does. Rows that reach back lie with those they came with, and
/// a block of nothing else belongs to the run that it comes after.
final class BlockRun {
  private final BlockChain chain;
  private final Tenant tenant;
  private final CompactionPolicy policy;
  private final long spanMillis;
  private final List<BlockReader> blocks = new ArrayList<>();
  private long bytes;
  private long endOffset;
  private long span = Long.MIN_VALUE;

  /// @param level of the block that it may become
  BlockRun(BlockChain chain, Tenant tenant, CompactionPolicy policy, int level) {
    this.chain = chain;
    this.tenant = tenant;
    this.policy = policy;
    this.spanMillis = policy.spanMillis(level);
  }

  int size() {
    return blocks.size();
  }

  /// Whether the block goes on where the run ends, in the same span, and there is room.
  boolean takes(BlockReader block) {
    return blocks.isEmpty() || (!isFull(block) && !isLater(block) && meets(block));
  }

  /// Whether the block is one too many.
  boolean isFull(BlockReader block) {
    return blocks.size() == policy.maxBlocks() || bytes + block.sizeBytes() > policy.maxBytes();
  }

  /// Whether the block lies in a later span, so that the run will not grow.
  boolean isLater(BlockReader block) {
    return span != Long.MIN_VALUE && spanOf(block) > span;
  }

  void add(BlockReader block) {
    blocks.add(block);
    bytes += block.sizeBytes();
    endOffset = Math.max(endOffset, coverOf(block).endOffset());
    span = Math.max(span, spanOf(block));
  }

  private long spanOf(BlockReader block) {
    return block
        .meta()
        .section(tenant)
        .flatMap(BlockMeta.SectionMeta::times)
        .map(TimeRange::endMillis)
        .map(end -> Math.floorDiv(end, spanMillis))
        .orElse(Long.MIN_VALUE);
  }

  /// Whether nothing of the tenant lies between the run and a block. What lay between and is gone
  /// was in blocks without the tenant, or they could not have been deleted.
  private boolean meets(BlockReader block) {
    long start = coverOf(block).firstOffset();
    return start <= endOffset
        || chain.covers(new OffsetRange(chain.topic(), chain.partition(), endOffset, start));
  }

  /// The task to make one block of these.
  CompactionTask toTask(int level) {
    return new CompactionTask(
        tenant,
        new OffsetRange(
            chain.topic(), chain.partition(), coverOf(blocks.getFirst()).firstOffset(), endOffset),
        blocks.stream().filter(block -> block.meta().section(tenant).isPresent()).toList(),
        level,
        Companions.of(tenant, blocks));
  }

  static OffsetRange coverOf(BlockReader block) {
    return block.meta().covers().getFirst();
  }
}
