package dev.weir.blocks.catalog;

import dev.weir.blocks.block.BlockCache;
import dev.weir.blocks.deletion.DeletionLog;
import dev.weir.blocks.store.BlockName;
import dev.weir.blocks.store.BlockStore;
import dev.weir.blocks.store.ListingLock;
import dev.weir.blocks.store.StoredBlock;
import dev.weir.model.WeirException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Follows a store: lists it, opens what is new, forgets what is gone. Safe for use by many
/// threads.
///
/// A block stays open as long as it is listed; it costs its meta, a few hundred bytes. All else
/// goes through the cache, which is bounded.
public final class BlockCatalog {
  private static final Logger LOG = LoggerFactory.getLogger(BlockCatalog.class);

  private final BlockStore store;
  private final DeletionLog deletions;
  private final BlockCache cache;
  private final ListingLock listing = new ListingLock();
  private volatile BlockSnapshot current = BlockSnapshot.EMPTY;

  public BlockCatalog(BlockStore store, BlockCache cache) {
    this.store = store;
    this.deletions = new DeletionLog(store);
    this.cache = cache;
  }

  /// What the last [#refresh] found.
  public BlockSnapshot current() {
    return current;
  }

  /// Whether the store has been listed; before, nobody knows what blocks there are.
  public boolean hasListed() {
    return current != BlockSnapshot.EMPTY;
  }

  /// The deletions of the store; they take effect in the next snapshot.
  public DeletionLog deletions() {
    return deletions;
  }

  /// Lists the store. A block that cannot be opened is in the snapshot as such, and tried again
  /// next time.
  ///
  /// @throws WeirException.Unavailable if the store does not answer; the current snapshot stays
  /// @throws WeirException.Canceled if the thread is interrupted while another lists
  public BlockSnapshot refresh() {
    return listing.holding(this::list);
  }

  private BlockSnapshot list() {
    BlockSnapshot before = current;
    TreeMap<String, NamedBlock> entries = new TreeMap<>();
    List<StoredBlock> fresh = new ArrayList<>();
    List<StoredBlock> listed = store.list("");
    for (StoredBlock stored : listed) {
      NamedBlock known = before.entries().get(stored.name());
      if (known != null) {
        entries.put(stored.name(), known);
      } else if (BlockName.parse(stored.name()).isPresent()) {
        fresh.add(stored);
      }
    }
    TreeMap<String, WeirException> unreadable = new TreeMap<>();
    new BlockOpener(store, cache).open(fresh, entries, unreadable);
    unreadable.forEach((name, e) -> {
      if (!before.unreadable().containsKey(name)) {
        LOG.warn("a block cannot be opened: {}", e.getMessage(), bug(e));
      }
    });
    before.entries().keySet().stream()
        .filter(name -> !entries.containsKey(name))
        .forEach(cache::forget);
    BlockSnapshot after = new BlockSnapshot(entries, unreadable, deletions.refresh(listed));
    current = after;
    return after;
  }

  /// Where something happened that nobody foresaw, for the log; what was foreseen says all itself.
  private static @Nullable WeirException bug(WeirException e) {
    return e instanceof WeirException.Internal ? e : null;
  }

  /// Removes what publications left behind that were broken off long ago.
  ///
  /// @throws WeirException.Unavailable if the store does not answer
  public void removeAbandoned() {
    store.removeAbandoned();
  }
}
