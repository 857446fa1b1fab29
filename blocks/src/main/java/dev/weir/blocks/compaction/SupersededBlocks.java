package dev.weir.blocks.compaction;

import dev.weir.blocks.catalog.BlockSnapshot;
import dev.weir.blocks.store.BlockStore;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Deletes blocks that no longer count, after a grace: queries that began with an older listing may
/// still read them. The grace counts from when this process first saw that a block does not count,
/// so a restart makes it longer, never shorter. Not for sharing between threads.
public final class SupersededBlocks {
  private final BlockStore store;
  private final Duration grace;
  private final InstantSource clock;
  private final Map<String, Instant> since = new HashMap<>();

  /// @param grace longer than any query runs, and than any reader goes without listing anew
  public SupersededBlocks(BlockStore store, Duration grace, InstantSource clock) {
    this.store = store;
    this.grace = grace;
    this.clock = clock;
  }

  /// Deletes what has not counted for long enough, and gives the names.
  ///
  /// @param snapshot of a listing that was made just now
  public List<String> sweep(BlockSnapshot snapshot) {
    Set<String> superseded = new HashSet<>(snapshot.superseded());
    since.keySet().retainAll(superseded);
    Instant now = clock.instant();
    List<String> deleted = new ArrayList<>();
    for (String name : superseded.stream().sorted().toList()) {
      Instant first = since.computeIfAbsent(name, _ -> now);
      if (!now.isBefore(first.plus(grace))) {
        store.delete(name);
        since.remove(name);
        deleted.add(name);
      }
    }
    return deleted;
  }
}
