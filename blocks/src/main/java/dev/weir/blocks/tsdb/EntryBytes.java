package dev.weir.blocks.tsdb;

import dev.weir.model.WeirException;

/// A piece of a file being read, within bounds that it never leaves. Not for sharing between
/// threads.
final class EntryBytes {
  private final RangeFile file;
  private final long offset;
  private final byte[] bytes;
  private final int end;
  private int position;

  /// @param offset of the piece in the file, for messages
  EntryBytes(RangeFile file, long offset, byte[] bytes) {
    this(file, offset, bytes, 0, bytes.length);
  }

  EntryBytes(RangeFile file, long offset, byte[] bytes, int from, int to) {
    this.file = file;
    this.offset = offset;
    this.bytes = bytes;
    this.position = from;
    this.end = to;
  }

  int position() {
    return position;
  }

  int remaining() {
    return end - position;
  }

  void moveTo(int newPosition) {
    position = newPosition;
  }

  int readByte() {
    if (position >= end) {
      throw corrupt("an entry ends too early");
    }
    return bytes[position++] & 0xff;
  }

  long readUvarint() {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      int next = readByte();
      value |= (long) (next & 0x7f) << shift;
      if (next < 0x80) {
        return value;
      }
    }
    throw corrupt("a varint is longer than 10 bytes");
  }

  long readVarint() {
    long zigzag = readUvarint();
    return (zigzag >>> 1) ^ -(zigzag & 1);
  }

  /// How many things follow, each of some bytes at least.
  int readCount(int bytesEach, String what) {
    long count = readUvarint();
    if (count < 0 || count > remaining() / bytesEach) {
      throw corrupt(
          "%s %s do not fit into %d bytes"
              .formatted(Long.toUnsignedString(count), what, remaining()));
    }
    return (int) count;
  }

  /// Passes over a text and gives its length.
  int skipText() {
    int length = readCount(1, "bytes of a text");
    position += length;
    return length;
  }

  WeirException.Corrupt corrupt(String problem) {
    return file.corrupt(offset, problem);
  }

  WeirException.Corrupt corrupt(String problem, Throwable cause) {
    WeirException.Corrupt corrupt = file.corrupt(offset, problem);
    corrupt.initCause(cause);
    return corrupt;
  }
}
