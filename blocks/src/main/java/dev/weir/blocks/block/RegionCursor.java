package dev.weir.blocks.block;

import static java.util.Objects.requireNonNull;

import dev.weir.blocks.bytes.ByteReader;
import dev.weir.blocks.store.BlockFile;
import org.jspecify.annotations.Nullable;

/// Goes through the entries of a region in order, frame by frame, past the cache. Not for sharing
/// between threads.
final class RegionCursor {
  private final BlockFile file;
  private final Region region;
  private int nextFrame;
  private @Nullable Entries entries;
  private int index;

  RegionCursor(BlockFile file, Region region) {
    this.file = file;
    this.region = region;
  }

  /// The next entry, or null after the last.
  @Nullable ByteReader next() {
    index++;
    while (entries == null || index >= entries.count()) {
      if (nextFrame == region.frameCount()) {
        entries = null;
        return null;
      }
      entries = Section.loadEntries(file, region, nextFrame++);
      index = 0;
    }
    return entries.at(index);
  }

  /// Number of the entry that [#next] gave last.
  int id() {
    return requireNonNull(entries, "an entry").id(index);
  }
}
