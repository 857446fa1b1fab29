package dev.weir.model;

import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Every layout that something in the process holds, once. A producer, a sink and a rules job in
/// one process all keep the labels of the same series; here they come to keep the same objects.
///
/// Bounded by what is held elsewhere: the references are weak. Safe for use by several threads.
final class SharedLayouts {
  private static final class Reference extends WeakReference<Layout> {
    private final Hash128 hash;

    private Reference(Layout layout, ReferenceQueue<Layout> collected) {
      super(layout, collected);
      this.hash = layout.hash();
    }
  }

  private final ConcurrentHashMap<Hash128, Reference> layouts = new ConcurrentHashMap<>();
  private final ReferenceQueue<Layout> collected = new ReferenceQueue<>();

  /// The layout that is there already and equal, or this one, which then is there.
  Layout share(Layout layout) {
    forgetCollected();
    Reference own = new Reference(layout, collected);
    while (true) {
      Reference present = layouts.putIfAbsent(layout.hash(), own);
      if (present == null) {
        return layout;
      }
      Layout shared = present.get();
      if (shared != null) {
        return shared;
      }
      layouts.remove(layout.hash(), present);
    }
  }

  private void forgetCollected() {
    @Nullable Object gone = collected.poll();
    while (gone instanceof Reference reference) {
      layouts.remove(reference.hash, reference);
      gone = collected.poll();
    }
  }

  /// How many there are, those that were collected just now included.
  int size() {
    forgetCollected();
    return layouts.size();
  }
}
