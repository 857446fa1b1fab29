package dev.weir.blocks.catalog;

import dev.weir.blocks.block.BlockCache;
import dev.weir.blocks.block.BlockMeta;
import dev.weir.blocks.block.BlockReader;
import dev.weir.blocks.store.BlockFile;
import dev.weir.blocks.store.BlockName;
import dev.weir.blocks.store.BlockStore;
import dev.weir.blocks.store.Companion;
import dev.weir.blocks.store.OffsetRange;
import dev.weir.blocks.store.StoredBlock;
import dev.weir.model.Tenant;
import dev.weir.model.WeirException;
import java.time.Instant;
import java.util.List;

/// A block and what its name says.
///
/// @param companions that it names among its sources
record NamedBlock(
    BlockName name, BlockReader reader, Instant publishedAt, List<Companion> companions) {
  /// Opens a block and sees that it is what its name says.
  ///
  /// @throws WeirException.Corrupt if it is another, or damaged
  static NamedBlock open(BlockStore store, StoredBlock stored, BlockName name, BlockCache cache) {
    BlockReader reader = BlockReader.open(BlockFile.of(store, stored), cache);
    if (reader.meta().level() != name.level() || !isAsNamed(reader.meta(), name)) {
      throw new WeirException.Corrupt(
          "%s: the block is of level %d and covers %s, its name says otherwise; it was moved or renamed"
              .formatted(stored.name(), reader.meta().level(), reader.meta().covers()));
    }
    return new NamedBlock(
        name,
        reader,
        stored.publishedAt(),
        reader.meta().sources().stream()
            .flatMap(source -> Companion.parse(source).stream())
            .toList());
  }

  private static boolean isAsNamed(BlockMeta meta, BlockName name) {
    return switch (name) {
      case BlockName.OfPartition start ->
          meta.covers().stream().anyMatch(range -> startsAsNamed(range, start));
      case BlockName.Imported(Tenant tenant, _, _, _) ->
          meta.isImported()
              && meta.sections().stream().allMatch(section -> section.tenant().equals(tenant));
      case BlockName.Downsampled(Tenant tenant, var resolution, long slice, _, _, _) ->
          !meta.sources().isEmpty()
              && meta.sources().getFirst().equals(SliceSources.mark(resolution, slice))
              && meta.sections().stream().allMatch(section -> section.tenant().equals(tenant));
    };
  }

  private static boolean startsAsNamed(OffsetRange range, BlockName.OfPartition name) {
    return range.topic().equals(name.topic())
        && range.partition() == name.partition()
        && range.firstOffset() == name.firstOffset();
  }

  /// Whether the block covers all of a range.
  boolean covers(OffsetRange range) {
    return reader.meta().covers().stream().anyMatch(own -> own.contains(range));
  }

  /// Whether each range of the block lies in one that is covered.
  boolean isCoveredBy(Coverage coverage) {
    return reader.meta().covers().stream().allMatch(coverage::covers);
  }
}
