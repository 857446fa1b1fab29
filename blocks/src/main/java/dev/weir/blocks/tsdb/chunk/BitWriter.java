package dev.weir.blocks.tsdb.chunk;

import java.util.Arrays;

/// Bits being written, the highest of a byte first, in an array that grows. Not for sharing between
/// threads.
final class BitWriter {
  private byte[] bytes = new byte[128];

  /// Bytes that are begun.
  private int length;

  /// Bits of the last byte that are still free.
  private int free;

  /// How many bytes are begun; the bits after the last that was written are 0.
  int length() {
    return length;
  }

  byte[] array() {
    return bytes;
  }

  void clear() {
    length = 0;
    free = 0;
  }

  void writeBit(boolean bit) {
    writeBits(bit ? 1 : 0, 1);
  }

  /// Writes the lowest bits of a value.
  ///
  /// @param count 1 to 64
  void writeBits(long value, int count) {
    int left = count;
    while (left > 0) {
      if (free == 0) {
        if (length == bytes.length) {
          bytes = Arrays.copyOf(bytes, length * 2);
        }
        bytes[length++] = 0;
        free = 8;
      }
      int part = Math.min(left, free);
      left -= part;
      free -= part;
      bytes[length - 1] |= (byte) (((value >>> left) & ((1 << part) - 1)) << free);
    }
  }

  void writeDouble(double value) {
    writeBits(Double.doubleToRawLongBits(value), 64);
  }

  void writeUvarint(long value) {
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      writeBits(rest | 0x80, 8);
      rest >>>= 7;
    }
    writeBits(rest, 8);
  }

  void writeVarint(long value) {
    writeUvarint((value << 1) ^ (value >> 63));
  }

  /// Changes a byte that was written.
  void setByte(int index, int value) {
    bytes[index] = (byte) value;
  }
}
