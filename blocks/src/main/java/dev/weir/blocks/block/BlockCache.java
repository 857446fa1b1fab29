package dev.weir.blocks.block;

import dev.weir.blocks.store.BlockFile;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/// Keeps what was read of blocks and decompressed, up to a bound in bytes; what was not used for
/// longest goes first. One cache serves all blocks of a process. Safe for use by many threads.
public final class BlockCache {
  /// What takes that much memory, roughly.
  interface Weighted {
    long weightBytes();
  }

  private record Key(String file, long offset, Class<? extends Weighted> type) {}

  private final long maxBytes;
  private final LinkedHashMap<Key, Weighted> entries = new LinkedHashMap<>(16, 0.75f, true);
  private long bytes;
  private final LongAdder hits = new LongAdder();
  private final LongAdder misses = new LongAdder();

  /// @param maxBytes 0 keeps nothing
  public BlockCache(long maxBytes) {
    if (maxBytes < 0) {
      throw new IllegalArgumentException("a cache of %d bytes".formatted(maxBytes));
    }
    this.maxBytes = maxBytes;
  }

  /// What was loaded from that place as that type, or is loaded now. Two threads may load the same
  /// at once.
  <T extends Weighted> T get(BlockFile file, long offset, Class<T> type, Supplier<T> load) {
    Key key = new Key(file.name(), offset, type);
    synchronized (entries) {
      Weighted known = entries.get(key);
      if (known != null) {
        hits.increment();
        return type.cast(known);
      }
    }
    misses.increment();
    T loaded = load.get();
    put(key, loaded);
    return loaded;
  }

  private void put(Key key, Weighted value) {
    long weight = value.weightBytes();
    if (weight > maxBytes) {
      return;
    }
    synchronized (entries) {
      Weighted replaced = entries.put(key, value);
      bytes += weight - (replaced == null ? 0 : replaced.weightBytes());
      Iterator<Map.Entry<Key, Weighted>> oldest = entries.entrySet().iterator();
      while (bytes > maxBytes && oldest.hasNext()) {
        bytes -= oldest.next().getValue().weightBytes();
        oldest.remove();
      }
    }
  }

  /// Forgets everything of a file, for one that was deleted.
  public void forget(String file) {
    synchronized (entries) {
      Iterator<Map.Entry<Key, Weighted>> all = entries.entrySet().iterator();
      while (all.hasNext()) {
        Map.Entry<Key, Weighted> entry = all.next();
        if (entry.getKey().file.equals(file)) {
          bytes -= entry.getValue().weightBytes();
          all.remove();
        }
      }
    }
  }

  public long bytes() {
    synchronized (entries) {
      return bytes;
    }
  }

  public long maxBytes() {
    return maxBytes;
  }

  /// How often what was asked for was there.
  public long hits() {
    return hits.sum();
  }

  /// How often it had to be read.
  public long misses() {
    return misses.sum();
  }
}
