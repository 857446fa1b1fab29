package dev.weir.blocks.block;

import dev.weir.blocks.bytes.ByteReader;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The content of one frame of a [Region]: numbered entries. Immutable.
final class Entries implements BlockCache.Weighted {
  private final byte[] content;
  private final int[] ids;

  /// Where entries start in the content, and after the last, where it ends.
  private final int[] starts;

  private final String place;

  private Entries(byte[] content, int[] ids, int[] starts, String place) {
    this.content = content;
    this.ids = ids;
    this.starts = starts;
    this.place = place;
  }

  /// @param length of the content, which may be followed by slack
  /// @param firstId what the region says that the first entry's number is
  static Entries parse(byte[] content, int length, int firstId, String place) {
    ByteReader in = new ByteReader(content, 0, length, place);
    int count = in.readCountOfRemaining("number of entries", 2);
    int[] ids = new int[count];
    int[] starts = new int[count + 1];
    int id = 0;
    long end = 0;
    for (int i = 0; i < count; i++) {
      int distance = in.readCount("distance to an entry", Integer.MAX_VALUE - id);
      if (i > 0 && distance == 0) {
        throw in.corrupt("entry %d stands twice".formatted(id));
      }
      id += distance;
      ids[i] = id;
      end += in.readCount("length of an entry", length - end);
      starts[i + 1] = (int) end;
    }
    if (count == 0 || ids[0] != firstId || end != in.remaining()) {
      throw in.corrupt(
          "%d entries from %s on have %d bytes; expected are entries from %d on, of %d bytes"
              .formatted(count, count == 0 ? "nowhere" : ids[0], end, firstId, in.remaining()));
    }
    for (int i = 0; i <= count; i++) {
      starts[i] += in.position();
    }
    return new Entries(content, ids, starts, place);
  }

  int count() {
    return ids.length;
  }

  int id(int index) {
    return ids[index];
  }

  /// Index of an entry; negative if it is not here.
  int indexOf(int id) {
    return Arrays.binarySearch(ids, id);
  }

  ByteReader at(int index) {
    return new ByteReader(content, starts[index], starts[index + 1], place, ids[index]);
  }

  int length(int index) {
    return starts[index + 1] - starts[index];
  }

  @Nullable ByteReader find(int id) {
    int index = indexOf(id);
    return index < 0 ? null : at(index);
  }

  @Override
  public long weightBytes() {
    return 64L + content.length + 8L * ids.length;
  }
}
