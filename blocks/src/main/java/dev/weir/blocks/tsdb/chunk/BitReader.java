package dev.weir.blocks.tsdb.chunk;

import static java.util.Objects.requireNonNull;

import dev.weir.model.WeirException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Bits being read, the highest of a byte first. What ends too early is [WeirException.Corrupt]
/// with the place. Not for sharing between threads.
final class BitReader {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private final byte[] bytes;
  private final int end;
  private final String place;
  private int position;

  /// Its lowest [#valid] bits are to be read next.
  private long buffer;

  private int valid;

  /// @param place where the bytes come from, for messages
  BitReader(byte[] bytes, int from, int to, String place) {
    this.bytes = bytes;
    this.position = from;
    this.end = to;
    this.place = requireNonNull(place, "place");
  }

  long remainingBits() {
    return 8L * (end - position) + valid;
  }

  boolean readBit() {
    return readBits(1) != 0;
  }

  /// @param count 1 to 64
  long readBits(int count) {
    if (count <= valid) {
      valid -= count;
      return (buffer >>> valid) & mask(count);
    }
    long high = buffer & mask(valid);
    int rest = count - valid;
    fill();
    if (rest > valid) {
      throw corrupt("the samples end too early");
    }
    valid -= rest;
    long low = (valid == 64 ? 0 : buffer >>> valid) & mask(rest);
    return rest == 64 ? low : (high << rest) | low;
  }

  private static long mask(int bits) {
    return bits == 64 ? -1L : (1L << bits) - 1;
  }

  private void fill() {
    int available = Math.min(Long.BYTES, end - position);
    if (available == Long.BYTES) {
      buffer = (long) LONGS.get(bytes, position);
    } else {
      buffer = 0;
      for (int i = 0; i < available; i++) {
        buffer = (buffer << 8) | (bytes[position + i] & 0xff);
      }
    }
    position += available;
    valid = 8 * available;
  }

  double readDouble() {
    return Double.longBitsToDouble(readBits(64));
  }

  /// Seven bits a byte, the lowest first.
  long readUvarint() {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      long next = readBits(8);
      value |= (next & 0x7f) << shift;
      if (next < 0x80) {
        return value;
      }
    }
    throw corrupt("a varint is longer than 10 bytes");
  }

  /// A uvarint whose lowest bit is the sign.
  long readVarint() {
    long zigzag = readUvarint();
    return (zigzag >>> 1) ^ -(zigzag & 1);
  }

  WeirException.Corrupt corrupt(String problem) {
    return new WeirException.Corrupt("%s: %s".formatted(place, problem));
  }

  WeirException.Corrupt corrupt(String problem, Throwable cause) {
    return new WeirException.Corrupt("%s: %s".formatted(place, problem), cause);
  }
}
