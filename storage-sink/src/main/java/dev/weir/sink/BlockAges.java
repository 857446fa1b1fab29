package dev.weir.sink;

import dev.weir.blocks.block.BlockMeta;
import dev.weir.blocks.block.BlockReader;
import dev.weir.blocks.catalog.BlockSnapshot;
import dev.weir.blocks.store.BlockName;
import dev.weir.model.TimeRange;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/// How old the blocks of a listing are: the time of the latest sample of each.
///
/// The last block of an import has no samples. It says what was imported, so that the same is not
/// imported again, and names the blocks that came of it. It is as old as the youngest of these, or
/// of those that they were merged into, and has no age while one of them cannot be opened; where
/// nothing came of an import, it is as old as itself. Immutable once made.
final class BlockAges {
  /// The import's last block, by each block that came of the import.
  private final Map<String, String> importEnds = new HashMap<>();

  private final Map<String, Long> latestOfImports = new HashMap<>();

  BlockAges(BlockSnapshot snapshot) {
    List<BlockReader> blocks = snapshot.blocks();
    for (BlockReader end : blocks) {
      if (isImportEnd(end)) {
        List<String> made =
            end.meta().sources().stream()
                .filter(source -> source.startsWith(BlockName.IMPORTED_PREFIX))
                .toList();
        made.forEach(name -> importEnds.put(name, end.name()));
        latestOfImports.put(
            end.name(), made.isEmpty() ? end.meta().createdAtMillis() : Long.MIN_VALUE);
      }
    }
    for (BlockReader block : blocks) {
      long latest = ownMillis(block);
      importEnds(block).forEach(end -> latestOfImports.merge(end, latest, Math::max));
    }
    for (String name : snapshot.unreadable().keySet()) {
      String end = importEnds.get(name);
      if (end != null) {
        latestOfImports.put(end, Long.MAX_VALUE);
      }
    }
  }

  /// Whether a block has no samples and says that an import is whole.
  static boolean isImportEnd(BlockReader block) {
    return block.meta().sections().isEmpty()
        && BlockName.parse(block.name()).orElse(null) instanceof BlockName.Imported imported
        && !imported.isMerged();
  }

  /// Whether a block came of an import, or is merged from one that did.
  ///
  /// @param end the import's last block
  boolean isOfImport(BlockReader block, BlockReader end) {
    return importEnds(block).anyMatch(end.name()::equals);
  }

  private Stream<String> importEnds(BlockReader block) {
    if (!block.meta().isImported() || isImportEnd(block)) {
      return Stream.of();
    }
    return Stream.concat(Stream.of(block.name()), block.meta().sources().stream())
        .map(importEnds::get)
        .filter(Objects::nonNull);
  }

  /// The time of the latest sample.
  long latestMillis(BlockReader block) {
    Long ofImport = latestOfImports.get(block.name());
    return ofImport != null ? ofImport : ownMillis(block);
  }

  /// The time of the latest sample; of a link without samples, when it was made.
  private static long ownMillis(BlockReader block) {
    long latest = Long.MIN_VALUE;
    for (BlockMeta.SectionMeta section : block.meta().sections()) {
      latest =
          Math.max(
              latest,
              section
                  .times()
                  .or(() -> section.exemplars().map(BlockMeta.Exemplars::times))
                  .map(TimeRange::endMillis)
                  .orElse(Long.MIN_VALUE));
    }
    // An empty link is as old as the records that it stands for. A compacted block may have been
    // emptied, by a deletion, long after them.
    return latest == Long.MIN_VALUE && block.meta().level() == 0
        ? block.meta().createdAtMillis()
        : latest;
  }
}
