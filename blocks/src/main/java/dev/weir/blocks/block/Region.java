package dev.weir.blocks.block;

import dev.weir.blocks.bytes.ByteReader;
import dev.weir.blocks.bytes.ByteWriter;
import dev.weir.model.WeirException;
import java.util.Arrays;

/// Where the entries of one kind are: numbered pieces of bytes in ascending order, in frames of
/// about 64 kB (before compression). Not every number has an entry. Frames of other regions may
/// stand between those of a region that is written beside others.
///
/// ```
/// Region     => Kind:u8 Window:uvarint Frames:uvarint Frame{Frames}
/// Frame      => Gap:varint FirstId:uvarint Stored:uvarint Raw:uvarint
/// Content    => Count:uvarint (Id:uvarint Length:uvarint){Count} Entry{Count}
/// ```
///
/// *Region* and *Frame* stand in the [SectionRoot], *Content* is that of each frame ([Frames]).
/// *Kind* is a [RegionKind]; *Window* is 0 for what belongs to no window, else the window's number
/// plus 1. *Gap* is the distance to the frame's start from the end of the frame before it (of the
/// first, from the start of the file). *FirstId* and *Id* are the distance to the number before, in
/// the region and in the frame (the first in each is the number itself).
///
/// Example: content with entry 5 = `aa bb` and entry 7 = `cc` is `02 05 02 02 01 aa bb cc`.
///
/// Version 1 of the block format is the first version.
final class Region {
  /// Frames of one region: at 64 kB, 2 TB.
  private static final int MAX_FRAMES = 1 << 25;

  private final int[] firstIds;
  private final FrameRef[] frames;

  Region(int[] firstIds, FrameRef[] frames) {
    this.firstIds = firstIds;
    this.frames = frames;
  }

  static final Region EMPTY = new Region(new int[0], new FrameRef[0]);

  int frameCount() {
    return frames.length;
  }

  FrameRef frame(int index) {
    return frames[index];
  }

  int firstId(int index) {
    return firstIds[index];
  }

  /// The frame that holds the entry, if any does; -1 if none can.
  int frameOf(int id) {
    int index = Arrays.binarySearch(firstIds, id);
    return index >= 0 ? index : -index - 2;
  }

  /// Writes frames and gap by gap where they are.
  void write(ByteWriter out) {
    out.writeUvarint(frames.length);
    long end = 0;
    int id = 0;
    for (int i = 0; i < frames.length; i++) {
      out.writeVarint(frames[i].offset() - end).writeUvarint(firstIds[i] - id);
      out.writeUvarint(frames[i].storedBytes()).writeUvarint(frames[i].rawBytes());
      end = frames[i].end();
      id = firstIds[i];
    }
  }

  static Region read(ByteReader in) {
    int count = in.readCountOfRemaining("number of frames", 4);
    if (count > MAX_FRAMES) {
      throw in.corrupt("%d frames are more than %d".formatted(count, MAX_FRAMES));
    }
    int[] firstIds = new int[count];
    FrameRef[] frames = new FrameRef[count];
    long end = 0;
    int id = 0;
    for (int i = 0; i < count; i++) {
      long offset = end + in.readVarint();
      id += in.readCount("distance to the first entry of a frame", Integer.MAX_VALUE - id);
      if (i > 0 && id == firstIds[i - 1]) {
        throw in.corrupt("two frames of a region start with entry %d".formatted(id));
      }
      int stored = in.readCount("stored length of a frame", Integer.MAX_VALUE);
      int raw = in.readCount("raw length of a frame", Frames.MAX_RAW_BYTES);
      frames[i] = new FrameRef(offset, stored, raw);
      firstIds[i] = id;
      end = frames[i].end();
    }
    return new Region(firstIds, frames);
  }

  /// Collects entries into frames and writes them. Not for sharing between threads.
  static final class Writer {
    private final Frames.Writer out;
    private final int frameBytes;
    private final ByteWriter head = new ByteWriter();
    private final ByteWriter entries;
    private int count;
    private int firstId;
    private int lastId = -1;
    private int[] firstIds = new int[4];
    private FrameRef[] frames = new FrameRef[4];
    private int frameCount;

    /// @param frameBytes a frame is written when its entries have this many bytes
    Writer(Frames.Writer out, int frameBytes) {
      this.out = out;
      this.frameBytes = frameBytes;
      this.entries = new ByteWriter(frameBytes);
    }

    /// @param id larger than that of the entry before
    void add(int id, byte[] bytes, int from, int length) {
      if (id <= lastId) {
        throw new WeirException.Internal(
            "entry %d of a region comes after %d; entries ascend".formatted(id, lastId));
      }
      if (count == 0) {
        firstId = id;
      }
      head.writeUvarint(count == 0 ? id : id - lastId).writeUvarint(length);
      entries.writeBytes(bytes, from, length);
      lastId = id;
      count++;
      if (entries.length() + head.length() >= frameBytes) {
        writeFrame();
      }
    }

    void add(int id, ByteWriter bytes) {
      add(id, bytes.array(), 0, bytes.length());
    }

    private void writeFrame() {
      ByteWriter content = new ByteWriter(head.length() + entries.length() + 10);
      content.writeUvarint(count);
      content.writeBytes(head.array(), 0, head.length());
      content.writeBytes(entries.array(), 0, entries.length());
      if (frameCount == frames.length) {
        frames = Arrays.copyOf(frames, frameCount * 2);
        firstIds = Arrays.copyOf(firstIds, frameCount * 2);
      }
      frames[frameCount] = out.write(content.array(), content.length());
      firstIds[frameCount++] = firstId;
      head.truncate(0);
      entries.truncate(0);
      count = 0;
    }

    /// Writes what is left and says where everything is.
    Region finish() {
      if (count > 0) {
        writeFrame();
      }
      return new Region(Arrays.copyOf(firstIds, frameCount), Arrays.copyOf(frames, frameCount));
    }
  }
}
