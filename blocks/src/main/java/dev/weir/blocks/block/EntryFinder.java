package dev.weir.blocks.block;

import dev.weir.blocks.bytes.ByteReader;
import org.jspecify.annotations.Nullable;

/// Finds entries of one region. It keeps the frame in which it found the last, so that entries
/// asked for in order cost one look into the cache for each frame. Not for sharing between threads.
final class EntryFinder {
  private final Section section;
  private final Region region;
  private int firstId;
  private int endId;
  private @Nullable Entries entries;

  EntryFinder(Section section, Region region) {
    this.section = section;
    this.region = region;
  }

  /// An entry of the region; null if it has none of that number.
  @Nullable ByteReader find(int id) {
    if (entries == null || id < firstId || id >= endId) {
      if (!moveTo(id)) {
        return null;
      }
    }
    return entries == null ? null : entries.find(id);
  }

  private boolean moveTo(int id) {
    int frame = region.frameOf(id);
    if (frame < 0) {
      entries = null;
      return false;
    }
    entries = section.entries(region, frame);
    firstId = region.firstId(frame);
    endId = frame + 1 < region.frameCount() ? region.firstId(frame + 1) : Integer.MAX_VALUE;
    return true;
  }
}
