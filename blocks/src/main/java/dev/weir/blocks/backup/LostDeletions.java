package dev.weir.blocks.backup;

import dev.weir.blocks.block.BlockCache;
import dev.weir.blocks.block.BlockReader;
import dev.weir.blocks.catalog.BlockCatalog;
import dev.weir.blocks.catalog.BlockSnapshot;
import dev.weir.blocks.deletion.Deletion;
import dev.weir.blocks.store.BlockName;
import dev.weir.blocks.store.DeletionName;
import dev.weir.blocks.store.LocalBlockStore;
import java.util.Set;
import java.util.TreeSet;

/// The deletions of an earlier backup that stay though the store has them no longer, or cannot read
/// them: without them, what was deleted would come back.
///
/// A store removes a deletion that hides nothing any more. So one is lost that hides samples of a
/// block which was in the backup and still counts, or whose records are in no block yet. Blocks
/// that came later do not tell: what is merged after the deletion went does not name it, and is
/// without what it deleted. What was lost once stays so until it is back.
///
/// @param kept names of all that stay, also of those that matter to lost blocks alone
/// @param lost names of those that the store has lost
record LostDeletions(Set<String> kept, Set<String> lost) {
  private static final long CACHE_BYTES = 1 << 20;

  LostDeletions {
    kept = Set.copyOf(kept);
    lost = Set.copyOf(lost);
  }

  /// @param counting names of what counts in the store
  /// @param lostBlocks names of blocks that stay
  static LostDeletions find(
      BlockSnapshot store, Set<String> counting, EarlierBackup earlier, Set<String> lostBlocks) {
    TreeSet<String> kept = new TreeSet<>();
    TreeSet<String> lost = new TreeSet<>();
    if (earlier.names().stream()
        .allMatch(name -> counting.contains(name) || DeletionName.parse(name).isEmpty())) {
      return new LostDeletions(kept, lost);
    }
    BlockSnapshot before =
        new BlockCatalog(new LocalBlockStore(earlier.objects()), new BlockCache(CACHE_BYTES))
            .refresh();
    for (Deletion deletion : before.deletions().all()) {
      String name = deletion.name().path();
      if (counting.contains(name)) {
        continue;
      }
      if (store.deletions().unreadable().containsKey(deletion.name())) {
        kept.add(name);
      } else if (earlier.lost().contains(name)
          || isAhead(deletion, store)
          || counting.stream()
              .filter(earlier.names()::contains)
              .flatMap(block -> store.block(block).stream())
              .anyMatch(block -> deletion.hides(block) && counts(block, deletion, store))) {
        kept.add(name);
        lost.add(name);
      } else if (lostBlocks.stream()
          .anyMatch(block -> before.block(block).filter(deletion::hides).isPresent())) {
        kept.add(name);
      }
    }
    return new LostDeletions(kept, lost);
  }

  /// Whether records below a cut are in no block yet.
  private static boolean isAhead(Deletion deletion, BlockSnapshot store) {
    return deletion.cuts().stream()
        .anyMatch(cut ->
            store.chain(cut.topic(), cut.partition()).endOffset().orElse(Long.MAX_VALUE)
                < cut.offset());
  }

  /// Whether what a tenant has in a block is not in a merged one as well, as that of the last link
  /// of a chain may be.
  private static boolean counts(BlockReader block, Deletion deletion, BlockSnapshot store) {
    return !(BlockName.parse(block.name()).orElse(null) instanceof BlockName.Chain)
        || store.blocks(deletion.tenant()).contains(block);
  }
}
