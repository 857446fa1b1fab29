package dev.weir.blocks.compaction;

import dev.weir.blocks.block.BlockReader;
import dev.weir.blocks.catalog.BlockChain;
import dev.weir.blocks.catalog.BlockSnapshot;
import dev.weir.blocks.deletion.Deletion;
import dev.weir.blocks.store.BlockName;
import dev.weir.blocks.store.BlockStore;
import dev.weir.blocks.store.DeletionName;
import dev.weir.model.Tenant;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Removes deletions that nothing needs any more, after a grace. Needed is one that hides samples
/// of a block that is there, whether it counts or not, and one below whose cuts are records that no
/// block has yet. While a block cannot be opened all stay: nobody knows what it holds. Not for
/// sharing between threads.
public final class SpentDeletions {
  private final BlockStore store;
  private final Duration grace;
  private final InstantSource clock;

  /// When a deletion was first seen not to be needed.
  private final Map<DeletionName, Instant> spentSince = new HashMap<>();

  /// @param grace longer than rows stay in memory that are in blocks, and than a listing takes
  public SpentDeletions(BlockStore store, Duration grace, InstantSource clock) {
    this.store = store;
    this.grace = grace;
    this.clock = clock;
  }

  /// Removes what has not been needed for long enough, and gives the names.
  ///
  /// @param snapshot of a listing that was made just now
  public List<DeletionName> sweep(BlockSnapshot snapshot) {
    Instant now = clock.instant();
    List<DeletionName> removed = new ArrayList<>();
    Set<DeletionName> spent = new HashSet<>();
    for (Deletion deletion : snapshot.deletions().all()) {
      if (isNeeded(deletion, snapshot)) {
        continue;
      }
      spent.add(deletion.name());
      Instant since = spentSince.computeIfAbsent(deletion.name(), _ -> now);
      if (!now.isBefore(since.plus(grace))) {
        // First, so that nothing is left of it if this is broken off.
        store.delete(deletion.name().askedPath());
        store.delete(deletion.name().path());
        removed.add(deletion.name());
      }
    }
    spentSince.keySet().retainAll(spent);
    return removed;
  }

  private static boolean isNeeded(Deletion deletion, BlockSnapshot snapshot) {
    return !snapshot.unreadable().isEmpty()
        || deletion.cuts().stream().anyMatch(cut -> isAhead(cut, snapshot))
        || snapshot.blocks().stream()
            .anyMatch(
                block -> deletion.hides(block) && !isIdle(block, deletion.tenant(), snapshot));
  }

  /// Whether records below a cut are in no block yet.
  private static boolean isAhead(Deletion.Cut cut, BlockSnapshot snapshot) {
    BlockChain chain = snapshot.chain(cut.topic(), cut.partition());
    return chain.endOffset().orElse(0) < cut.offset();
  }

  /// Whether a block is the last link of its chain, which stays whatever becomes of its samples,
  /// and those of a tenant are in a compacted block.
  private static boolean isIdle(BlockReader block, Tenant tenant, BlockSnapshot snapshot) {
    return BlockName.parse(block.name()).orElse(null) instanceof BlockName.Chain link
        && snapshot
            .lastLink(link.topic(), link.partition())
            .filter(last -> last.name().equals(block.name()))
            .isPresent()
        && !snapshot.blocks(tenant).contains(block);
  }
}
