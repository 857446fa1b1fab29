package dev.weir.blocks.catalog;

import dev.weir.blocks.block.BlockMeta;
import dev.weir.blocks.store.BlockName;
import dev.weir.blocks.store.Companion;
import dev.weir.blocks.store.OffsetRange;
import dev.weir.model.Tenant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// Finds what tenants had and no block has any more, where blocks of other tenants cover the same
/// records.
///
/// That a link is gone means nothing by itself: it goes when merged blocks of all its tenants stand
/// for it. But each of those names other tenants of the link ([Companion]); one of these has to
/// have the same records. What lies before everything that a tenant has is taken for what retention
/// took, which takes a tenant's blocks from the start.
final class TenantGaps {
  private final Map<Tenant, List<OffsetRange>> claimed = new TreeMap<>();
  private final Map<Tenant, CoveredOffsets> covered = new HashMap<>();
  private final CoveredOffsets links = new CoveredOffsets();
  private final Map<Tenant, Map<BlockSnapshot.TopicPartition, Long>> starts = new HashMap<>();
  private final List<BlockName.OfPartition> unreadable = new ArrayList<>();

  /// @param blocks that are there
  /// @param unreadable names of blocks that cannot be opened
  TenantGaps(Collection<NamedBlock> blocks, Set<String> unreadable) {
    for (NamedBlock block : blocks) {
      switch (block.name()) {
        case BlockName.Chain _ -> {
          block.reader().meta().covers().forEach(links::add);
          start(block.reader().meta());
        }
        case BlockName.Compacted(Tenant tenant, _, _, _, _) -> {
          CoveredOffsets own = covered.computeIfAbsent(tenant, _ -> new CoveredOffsets());
          block.reader().meta().covers().forEach(own::add);
          start(block.reader().meta());
          for (Companion companion : block.companions()) {
            claimed
                .computeIfAbsent(companion.tenant(), _ -> new ArrayList<>())
                .add(companion.range());
          }
        }
        case BlockName.Imported _, BlockName.Downsampled _ -> {
          // No records of a log.
        }
      }
    }
    for (String name : unreadable) {
      if (BlockName.parse(name).orElse(null) instanceof BlockName.OfPartition block) {
        this.unreadable.add(block);
      }
    }
  }

  private void start(BlockMeta block) {
    for (BlockMeta.SectionMeta section : block.sections()) {
      for (OffsetRange range : block.covers()) {
        starts
            .computeIfAbsent(section.tenant(), _ -> new HashMap<>())
            .merge(partitionOf(range), range.firstOffset(), Math::min);
      }
    }
  }

  /// By tenant and in order; each range once. What a block that cannot be opened may have is not
  /// among it: that one is a problem of its own.
  Map<Tenant, List<OffsetRange>> find() {
    Map<Tenant, List<OffsetRange>> gaps = new TreeMap<>();
    claimed.forEach((tenant, ranges) -> {
      CoveredOffsets own = covered.getOrDefault(tenant, new CoveredOffsets());
      CoveredOffsets found = new CoveredOffsets();
      for (OffsetRange range : ranges.stream().sorted().toList()) {
        for (OffsetRange unlinked : links.missing(range)) {
          for (OffsetRange missing : own.missing(unlinked)) {
            for (OffsetRange gap : found.missing(missing)) {
              if (isAfterStart(tenant, gap) && !mayBeUnreadable(tenant, gap)) {
                gaps.computeIfAbsent(tenant, _ -> new ArrayList<>()).add(gap);
              }
            }
            found.add(missing);
          }
        }
      }
    });
    return gaps;
  }

  private boolean isAfterStart(Tenant tenant, OffsetRange gap) {
    Long start = starts.getOrDefault(tenant, Map.of()).get(partitionOf(gap));
    return start != null && start < gap.firstOffset();
  }

  private boolean mayBeUnreadable(Tenant tenant, OffsetRange gap) {
    return unreadable.stream()
        .anyMatch(block ->
            block.topic().equals(gap.topic())
                && block.partition() == gap.partition()
                && block.firstOffset() <= gap.firstOffset()
                && switch (block) {
                  case BlockName.Chain _ -> true;
                  case BlockName.Compacted compacted -> compacted.tenant().equals(tenant);
                });
  }

  private static BlockSnapshot.TopicPartition partitionOf(OffsetRange range) {
    return new BlockSnapshot.TopicPartition(range.topic(), range.partition());
  }
}
