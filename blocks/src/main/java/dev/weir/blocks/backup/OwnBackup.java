package dev.weir.blocks.backup;

import static java.util.Objects.requireNonNull;

import dev.weir.blocks.block.BlockCache;
import dev.weir.blocks.block.BlockMeta;
import dev.weir.blocks.block.BlockReader;
import dev.weir.blocks.catalog.BlockSnapshot;
import dev.weir.blocks.store.BlockName;
import dev.weir.blocks.store.DeletionName;
import dev.weir.model.Tenant;
import dev.weir.model.TimeRange;
import java.util.List;
import java.util.Map;

/// Tells whether an earlier backup is of a store that has none of its blocks any more, because all
/// were merged since, as those of a young store are within a day.
///
/// Names and offsets do not tell: the logs of all stores begin at offset 0. So a merged block that
/// covers the records of one in the backup also has to have as many series, and samples from its
/// first time to its last. One that does shows that the backup is of this store; one that does not,
/// though it stands for the same offsets, that it is of another. Imported blocks are asked only
/// where nothing in the backup came through Kafka: two stores may import the same.
final class OwnBackup {
  private static final long CACHE_BYTES = 1 << 20;

  private final BlockSnapshot store;
  private final EarlierBackup earlier;
  private final BlockCache cache = new BlockCache(CACHE_BYTES);

  OwnBackup(BlockSnapshot store, EarlierBackup earlier) {
    this.store = requireNonNull(store, "store");
    this.earlier = requireNonNull(earlier, "earlier");
  }

  /// Whether merged blocks of the store stand for blocks of the backup.
  boolean isOfStore() {
    Map<String, BlockName> blocks = earlier.blocks();
    boolean fromLog =
        blocks.values().stream().anyMatch(name -> name instanceof BlockName.OfPartition);
    boolean standsForOne = false;
    for (Map.Entry<String, BlockName> entry : blocks.entrySet()) {
      boolean asked =
          switch (entry.getValue()) {
            case BlockName.OfPartition _ -> true;
            case BlockName.Imported _ -> !fromLog;
            case BlockName.Downsampled _ -> false;
          };
      BlockReader block = asked ? earlier.open(entry.getKey(), cache).orElse(null) : null;
      if (block == null) {
        continue;
      }
      for (BlockMeta.SectionMeta section : block.meta().sections()) {
        for (BlockMeta merged : standingFor(entry.getKey(), block.meta(), section.tenant())) {
          if (!hasAllOf(merged, section)) {
            return false;
          }
          standsForOne |= section.samples() > 0;
        }
      }
    }
    return standsForOne;
  }

  private List<BlockMeta> standingFor(String name, BlockMeta block, Tenant tenant) {
    return store.blocks().stream()
        .filter(other ->
            switch (BlockName.parse(other.name()).orElseThrow()) {
              case BlockName.Compacted merged ->
                  merged.tenant().equals(tenant)
                      && !block.covers().isEmpty()
                      && block.covers().stream()
                          .allMatch(range ->
                              other.meta().covers().stream().anyMatch(own -> own.contains(range)));
              case BlockName.Imported merged ->
                  merged.isMerged() && other.meta().sources().contains(name);
              case BlockName.Chain _, BlockName.Downsampled _ -> false;
            })
        .map(BlockReader::meta)
        .toList();
  }

  /// Whether a merged block has what a part of one had, by what both say of themselves.
  private static boolean hasAllOf(BlockMeta merged, BlockMeta.SectionMeta part) {
    TimeRange times = part.times().orElse(null);
    if (times == null
        || merged.sources().stream().anyMatch(name -> DeletionName.parse(name).isPresent())) {
      // There is nothing to find, or it may have been deleted.
      return true;
    }
    return merged
        .section(part.tenant())
        .filter(section -> section.series() >= part.series())
        .flatMap(BlockMeta.SectionMeta::times)
        .filter(
            own -> own.startMillis() <= times.startMillis() && own.endMillis() >= times.endMillis())
        .isPresent();
  }
}
