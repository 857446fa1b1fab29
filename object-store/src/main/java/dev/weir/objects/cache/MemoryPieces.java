package dev.weir.objects.cache;

import java.util.Iterator;
import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;

/// Pieces in memory, up to a bound in bytes; what was not used for longest goes first. Safe for use
/// by many threads.
final class MemoryPieces {
  private final long maxBytes;
  private final LinkedHashMap<String, byte[]> pieces = new LinkedHashMap<>(16, 0.75f, true);
  private long bytes;

  MemoryPieces(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  synchronized byte @Nullable [] get(String key) {
    return pieces.get(key);
  }

  synchronized boolean has(String key) {
    return pieces.containsKey(key);
  }

  synchronized void put(String key, byte[] piece) {
    if (piece.length > maxBytes) {
      return;
    }
    byte[] replaced = pieces.put(key, piece);
    bytes += piece.length - (replaced == null ? 0 : replaced.length);
    Iterator<byte[]> oldest = pieces.values().iterator();
    while (bytes > maxBytes) {
      bytes -= oldest.next().length;
      oldest.remove();
    }
  }

  synchronized long bytes() {
    return bytes;
  }
}
