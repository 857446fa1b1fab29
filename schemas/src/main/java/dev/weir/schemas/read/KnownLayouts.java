package dev.weir.schemas.read;

import dev.weir.model.Hash128;
import dev.weir.model.Layout;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Layouts by their hash, as many as fit a number of series; those longest unused go first. A
/// layout that went comes back with its next key frame.
final class KnownLayouts {
  private final long maxSeries;
  private final Map<Hash128, Layout> byHash = new LinkedHashMap<>(16, 0.75f, true);
  private long series;

  KnownLayouts(long maxSeries) {
    this.maxSeries = maxSeries;
  }

  /// Whether the layout is known; counts as using it.
  boolean contains(Hash128 hash) {
    return get(hash) != null;
  }

  @Nullable Layout get(Hash128 hash) {
    return byHash.get(hash);
  }

  void add(Layout layout) {
    if (byHash.putIfAbsent(layout.hash(), layout) != null) {
      return;
    }
    series += layout.size();
    Iterator<Layout> longestUnused = byHash.values().iterator();
    while (series > maxSeries && byHash.size() > 1) {
      series -= longestUnused.next().size();
      longestUnused.remove();
    }
  }

  int size() {
    return byHash.size();
  }
}
