package dev.weir.model;

import com.dynatrace.hash4j.hashing.HashValue128;
import com.dynatrace.hash4j.hashing.Hashing;

/// A 128-bit content hash: XXH3-128 with seed 0 over bytes that the hashed thing documents, so that
/// a program in any language finds the same value. Wide enough that equal hashes are taken for
/// equal content.
public record Hash128(long high, long low) implements Comparable<Hash128> {
  /// Bytes of the written form: high, then low, each big-endian.
  public static final int BYTES = 16;

  public static Hash128 of(byte[] bytes, int offset, int length) {
    HashValue128 value = Hashing.xxh3_128().hashBytesTo128Bits(bytes, offset, length);
    return new Hash128(value.getMostSignificantBits(), value.getLeastSignificantBits());
  }

  public static Hash128 of(byte[] bytes) {
    return of(bytes, 0, bytes.length);
  }

  /// Reads the 16 bytes that [#toBytes] wrote.
  public static Hash128 fromBytes(byte[] bytes) {
    if (bytes.length != BYTES) {
      throw new WeirException.Corrupt(
          "a 128-bit hash has %d bytes, found %d".formatted(BYTES, bytes.length));
    }
    return new Hash128(longAt(bytes, 0), longAt(bytes, 8));
  }

  public byte[] toBytes() {
    byte[] bytes = new byte[BYTES];
    for (int i = 0; i < 8; i++) {
      bytes[i] = (byte) (high >>> (56 - 8 * i));
      bytes[8 + i] = (byte) (low >>> (56 - 8 * i));
    }
    return bytes;
  }

  private static long longAt(byte[] bytes, int offset) {
    long value = 0;
    for (int i = offset; i < offset + 8; i++) {
      value = value << 8 | (bytes[i] & 0xff);
    }
    return value;
  }

  @Override
  public int compareTo(Hash128 other) {
    int byHigh = Long.compareUnsigned(high, other.high);
    return byHigh != 0 ? byHigh : Long.compareUnsigned(low, other.low);
  }

  @Override
  public int hashCode() {
    return Long.hashCode(low);
  }

  /// 32 hexadecimal digits.
  @Override
  public String toString() {
    return "%016x%016x".formatted(high, low);
  }
}
