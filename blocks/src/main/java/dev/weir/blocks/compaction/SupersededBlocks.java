package dev.weir.blocks.compaction;

import dev.weir.blocks.block.BlockReader;
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
import java.util.SortedMap;

/// Deletes blocks that no longer count, after a grace: queries that began with an older listing may
/// still read them. The grace counts from when the compacted block was published that made them
/// superfluous, so a restart does not make it longer; or from when the block was last seen to
/// count, if that is later, as when a compacted block could not be opened for a while. Not for
/// sharing between threads.
public final class SupersededBlocks {
  private final BlockStore store;
  private final Duration grace;
  private final InstantSource clock;

  /// When a block was last seen to count, by name.
  private final Map<String, Instant> counted = new HashMap<>();

  /// @param grace longer than any query runs, and than any reader goes without listing anew, and
  ///   than clocks of processes that share the store differ
  public SupersededBlocks(BlockStore store, Duration grace, InstantSource clock) {
    this.store = store;
    this.grace = grace;
    this.clock = clock;
  }

  /// Deletes what has not counted for long enough, and gives the names.
  ///
  /// @param snapshot of a listing that was made just now
  public List<String> sweep(BlockSnapshot snapshot) {
    Instant now = clock.instant();
    SortedMap<String, Instant> superseded = snapshot.superseded();
    note(snapshot, superseded, now);
    List<String> deleted = new ArrayList<>();
    superseded.forEach((name, since) -> {
      Instant last = counted.getOrDefault(name, Instant.MIN);
      if (!now.isBefore((last.isAfter(since) ? last : since).plus(grace))) {
        store.delete(name);
        counted.remove(name);
        deleted.add(name);
      }
    });
    return deleted;
  }

  private void note(BlockSnapshot snapshot, SortedMap<String, Instant> superseded, Instant now) {
    Set<String> there = new HashSet<>();
    for (BlockReader block : snapshot.blocks()) {
      there.add(block.name());
      if (!superseded.containsKey(block.name())) {
        counted.put(block.name(), now);
      }
    }
    counted.keySet().retainAll(there);
  }
}
