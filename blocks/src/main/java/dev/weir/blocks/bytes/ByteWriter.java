package dev.weir.blocks.bytes;

import dev.weir.model.WeirException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Bytes being written, in an array that grows. Not for sharing between threads.
public final class ByteWriter {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  /// The longest uvarint.
  private static final int MAX_VARINT = 10;

  private byte[] bytes;
  private int length;

  public ByteWriter() {
    this(256);
  }

  public ByteWriter(int capacity) {
    bytes = new byte[Math.max(capacity, MAX_VARINT)];
  }

  /// How many bytes have been written.
  public int length() {
    return length;
  }

  /// The array that holds them, from index 0; valid until more is written.
  public byte[] array() {
    return bytes;
  }

  public byte[] toByteArray() {
    return Arrays.copyOf(bytes, length);
  }

  /// Forgets what was written after `newLength`.
  public void truncate(int newLength) {
    if (newLength > length) {
      throw new IllegalArgumentException(
          "cannot truncate %d bytes to %d".formatted(length, newLength));
    }
    length = newLength;
  }

  public ByteWriter writeByte(int value) {
    reserve(1);
    bytes[length++] = (byte) value;
    return this;
  }

  public ByteWriter writeU32(int value) {
    reserve(Integer.BYTES);
    INTS.set(bytes, length, value);
    length += Integer.BYTES;
    return this;
  }

  public ByteWriter writeU64(long value) {
    reserve(Long.BYTES);
    LONGS.set(bytes, length, value);
    length += Long.BYTES;
    return this;
  }

  public ByteWriter writeUvarint(long value) {
    reserve(MAX_VARINT);
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      bytes[length++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    bytes[length++] = (byte) rest;
    return this;
  }

  public ByteWriter writeVarint(long value) {
    return writeUvarint((value << 1) ^ (value >> 63));
  }

  public ByteWriter writeBytes(byte[] source) {
    return writeBytes(source, 0, source.length);
  }

  public ByteWriter writeBytes(byte[] source, int from, int count) {
    reserve(count);
    System.arraycopy(source, from, bytes, length, count);
    length += count;
    return this;
  }

  /// Makes room for `count` zero bytes and returns where they start.
  public int skip(int count) {
    reserve(count);
    int start = length;
    Arrays.fill(bytes, start, start + count, (byte) 0);
    length += count;
    return start;
  }

  public ByteWriter writeText(String text) {
    byte[] utf8 = utf8(text);
    writeUvarint(utf8.length);
    return writeBytes(utf8);
  }

  /// UTF-8 of a text, refused where it has none.
  ///
  /// @throws WeirException.BadData if the text holds half a surrogate pair
  public static byte[] utf8(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isSurrogate(c)) {
        if (Character.isLowSurrogate(c)
            || i + 1 == text.length()
            || !Character.isLowSurrogate(text.charAt(i + 1))) {
          throw new WeirException.BadData(
              "text has half a surrogate pair (U+%04X) at %d and so no UTF-8"
                  .formatted((int) c, i));
        }
        i++;
      }
    }
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /// How many bytes [#writeUvarint] takes for a value.
  public static int uvarintLength(long value) {
    return (Math.max(1, 64 - Long.numberOfLeadingZeros(value)) + 6) / 7;
  }

  /// How many bytes [#writeVarint] takes for a value.
  public static int varintLength(long value) {
    return uvarintLength((value << 1) ^ (value >> 63));
  }

  private void reserve(int more) {
    if (length + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
    }
  }
}
