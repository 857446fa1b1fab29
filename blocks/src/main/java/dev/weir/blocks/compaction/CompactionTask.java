package dev.weir.blocks.compaction;

import static java.util.Objects.requireNonNull;

import dev.weir.blocks.block.BlockReader;
import dev.weir.blocks.catalog.BlockChain;
import dev.weir.blocks.catalog.BlockSnapshot;
import dev.weir.blocks.store.BlockName;
import dev.weir.blocks.store.Companion;
import dev.weir.blocks.store.OffsetRange;
import dev.weir.model.Tenant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/// A tenant's part of adjacent blocks, to be merged.
///
/// **Where it starts** follows from the blocks alone: for links, where the tenant's last compacted
/// block of the partition ends, or at its first link; for compacted blocks, where a larger one ends
/// or a span of time. So two that compact the same tenant at once, because each thinks that it owns
/// it, want the same name, and one of them loses.
///
/// @param covers all records of the tenant in the range are in the sources
/// @param sources blocks with a section of the tenant, the lowest offset first
/// @param level of the result, higher than that of each source
/// @param companions other tenants that had something in these records
public record CompactionTask(
    Tenant tenant,
    OffsetRange covers,
    List<BlockReader> sources,
    int level,
    List<Companion> companions)
    implements MergeTask {
  /// The level of blocks that are made from links of a chain.
  private static final int LEVEL = 1;

  public CompactionTask {
    requireNonNull(tenant, "tenant");
    requireNonNull(covers, "covers");
    sources = List.copyOf(sources);
    companions = List.copyOf(companions);
  }

  /// Merges blocks that no others lie between.
  public CompactionTask(Tenant tenant, OffsetRange covers, List<BlockReader> sources, int level) {
    this(tenant, covers, sources, level, Companions.of(tenant, sources));
  }

  /// Merges links of a chain.
  public CompactionTask(Tenant tenant, OffsetRange covers, List<BlockReader> sources) {
    this(tenant, covers, sources, LEVEL);
  }

  @Override
  public BlockName.Compacted target() {
    return new BlockName.Compacted(
        tenant, covers.topic(), covers.partition(), level, covers.firstOffset());
  }

  /// What there is to do, at most one task for each tenant and partition together. Left alone is a
  /// partition whose chain is not whole, and a tenant's part of one that has a compacted block
  /// which cannot be opened, or that lacks one: what is missing may come back, and must not be
  /// covered by then.
  ///
  /// @param mine the tenants to plan for
  public static List<CompactionTask> plan(
      BlockSnapshot snapshot, CompactionPolicy policy, Predicate<Tenant> mine) {
    List<CompactionTask> tasks = new ArrayList<>();
    List<Tenant> tenants = snapshot.tenants().stream().filter(mine).toList();
    for (BlockSnapshot.TopicPartition partition : snapshot.partitions()) {
      BlockChain chain = snapshot.chain(partition.topic(), partition.partition());
      if (chain.isWhole()) {
        for (Tenant tenant : tenants) {
          if (!hasUnreadable(snapshot, partition, tenant) && !snapshot.hasGap(tenant, partition)) {
            new CompactionPlan(snapshot, chain, tenant, policy).next().ifPresent(tasks::add);
          }
        }
      }
    }
    return tasks;
  }

  private static boolean hasUnreadable(
      BlockSnapshot snapshot, BlockSnapshot.TopicPartition partition, Tenant tenant) {
    return snapshot.unreadable().keySet().stream()
        .anyMatch(name ->
            BlockName.parse(name).orElse(null) instanceof BlockName.Compacted block
                && block.tenant().equals(tenant)
                && block.topic().equals(partition.topic())
                && block.partition() == partition.partition());
  }
}
