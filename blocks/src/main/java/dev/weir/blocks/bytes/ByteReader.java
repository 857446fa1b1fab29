package dev.weir.blocks.bytes;

import static java.util.Objects.requireNonNull;

import dev.weir.model.WeirException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/// Bytes being read, within bounds that it never leaves. Everything it finds wrong is
/// [WeirException.Corrupt] with the place. Not for sharing between threads.
public final class ByteReader {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private static final int NO_ENTRY = -1;

  private final byte[] bytes;
  private final int start;
  private final int end;
  private final String source;
  private final int entry;
  private int position;

  /// @param source where the bytes come from, for messages: `weir.samples/…: offset 16`
  public ByteReader(byte[] bytes, int from, int to, String source) {
    this(bytes, from, to, source, NO_ENTRY);
  }

  /// @param source where the bytes come from
  /// @param entry which of the numbered entries there they are
  public ByteReader(byte[] bytes, int from, int to, String source, int entry) {
    this.bytes = bytes;
    this.start = from;
    this.position = from;
    this.end = to;
    this.source = requireNonNull(source, "source");
    this.entry = entry;
  }

  public ByteReader(byte[] bytes, String source) {
    this(bytes, 0, bytes.length, source);
  }

  /// The array that is read; indexes into it are those of [#position].
  public byte[] array() {
    return bytes;
  }

  /// Index in [#array] of the next byte.
  public int position() {
    return position;
  }

  /// Index in [#array] after the last byte.
  public int end() {
    return end;
  }

  public int remaining() {
    return end - position;
  }

  public int readByte() {
    need(1, "a byte");
    return bytes[position++] & 0xff;
  }

  public int readU32() {
    need(Integer.BYTES, "a u32");
    int value = (int) INTS.get(bytes, position);
    position += Integer.BYTES;
    return value;
  }

  public long readU64() {
    need(Long.BYTES, "a u64");
    long value = (long) LONGS.get(bytes, position);
    position += Long.BYTES;
    return value;
  }

  public long readUvarint() {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      need(1, "a varint");
      byte next = bytes[position++];
      if (shift == 63 && next != 0 && next != 1) {
        throw corrupt("a varint has more than 64 bits");
      }
      value |= (long) (next & 0x7f) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw corrupt("a varint has more than 10 bytes");
  }

  public long readVarint() {
    long value = readUvarint();
    return (value >>> 1) ^ -(value & 1);
  }

  /// A uvarint that counts something and so has a bound.
  public int readCount(String what, long max) {
    long value = readUvarint();
    if (value < 0 || value > max) {
      throw corrupt(
          "%s is %s; at most %d is right".formatted(what, Long.toUnsignedString(value), max));
    }
    return (int) value;
  }

  /// A count of entries that take at least `bytesEach` bytes of what remains.
  public int readCountOfRemaining(String what, int bytesEach) {
    return readCount(what, remaining() / bytesEach);
  }

  public byte[] readBytes(int count) {
    need(count, "bytes");
    byte[] copy = new byte[count];
    System.arraycopy(bytes, position, copy, 0, count);
    position += count;
    return copy;
  }

  public String readText() {
    int length = readCountOfRemaining("length of a text", 1);
    return readUtf8(length);
  }

  /// Text of `length` bytes, whose length stands elsewhere.
  public String readUtf8(int length) {
    need(length, "a text");
    String fast = new String(bytes, position, length, StandardCharsets.UTF_8);
    if (fast.indexOf('\ufffd') < 0) {
      position += length;
      return fast;
    }
    // Either the text holds the replacement character, or the bytes are malformed.
    try {
      String text =
          StandardCharsets.UTF_8
              .newDecoder()
              .decode(ByteBuffer.wrap(bytes, position, length))
              .toString();
      position += length;
      return text;
    } catch (CharacterCodingException e) {
      throw new WeirException.Corrupt(place() + "a text is not UTF-8", e);
    }
  }

  /// A reader of the next `length` bytes, which this reader then has passed.
  public ByteReader slice(int length) {
    need(length, "a part");
    ByteReader part = new ByteReader(bytes, position, position + length, source, entry);
    position += length;
    return part;
  }

  public void skip(int count) {
    need(count, "bytes to skip");
    position += count;
  }

  /// Refuses bytes after what should have been the last.
  public void expectEnd() {
    if (position != end) {
      throw corrupt("%d bytes are left over after the last field".formatted(end - position));
    }
  }

  public WeirException.Corrupt corrupt(String found) {
    return new WeirException.Corrupt(place() + found);
  }

  private String place() {
    String of = entry == NO_ENTRY ? source : source + ", entry " + entry;
    return "%s, byte %d of %d: ".formatted(of, position - start, end - start);
  }

  private void need(int count, String what) {
    if (count < 0 || end - position < count) {
      throw corrupt("%s needs %d bytes, %d are left".formatted(what, count, end - position));
    }
  }
}
