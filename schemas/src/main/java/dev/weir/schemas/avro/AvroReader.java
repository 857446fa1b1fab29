package dev.weir.schemas.avro;

import dev.weir.model.WeirException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.avro.io.Decoder;
import org.apache.avro.util.Utf8;
import org.jspecify.annotations.Nullable;

/// Avro's binary encoding from an array, believing no length: a string, an array or a map that
/// claims more than the bytes that are left is refused before anything is allocated, so a hostile
/// record costs at most a small multiple of its own size. It is an Avro [Decoder], so Avro's own
/// readers work on it too.
///
/// All failures are [WeirException.Corrupt] and name the byte.
public final class AvroReader extends Decoder {
  private static final VarHandle DOUBLE =
      MethodHandles.byteArrayViewVarHandle(double[].class, ByteOrder.LITTLE_ENDIAN);

  private static final int[] NO_INTS = {};
  private static final double[] NO_DOUBLES = {};

  private final byte[] bytes;
  private final int start;
  private final int end;
  private int at;

  public AvroReader(byte[] bytes, int offset, int length) {
    this.bytes = bytes;
    this.start = offset;
    this.at = offset;
    this.end = offset + length;
  }

  public int remaining() {
    return end - at;
  }

  /// Refuses bytes after the end of the record.
  public void expectEnd() {
    if (at != end) {
      throw corrupt("record ends here, but %d bytes follow".formatted(end - at));
    }
  }

  /// A failure at the current position.
  public WeirException.Corrupt corrupt(String found) {
    return new WeirException.Corrupt("Avro record, byte %d: %s".formatted(at - start, found));
  }

  private void require(long count, String what) {
    if (count < 0 || count > end - at) {
      throw corrupt("%s of %d bytes, but %d are left".formatted(what, count, end - at));
    }
  }

  @Override
  public long readLong() {
    long value = 0;
    int shift = 0;
    int position = at;
    while (position < end) {
      byte next = bytes[position++];
      if (shift == 63 && (next & 0xfe) != 0) {
        throw corrupt("number of more than 64 bits");
      }
      value |= (next & 0x7fL) << shift;
      if (next >= 0) {
        at = position;
        return (value >>> 1) ^ -(value & 1);
      }
      shift += 7;
      if (shift > 63) {
        throw corrupt("number of more than 10 bytes");
      }
    }
    throw corrupt("number without an end");
  }

  @Override
  public int readInt() {
    long value = readLong();
    if (value != (int) value) {
      throw corrupt("number %d where an int of 32 bits belongs".formatted(value));
    }
    return (int) value;
  }

  @Override
  public double readDouble() {
    require(Double.BYTES, "double");
    double value = (double) DOUBLE.get(bytes, at);
    at += Double.BYTES;
    return value;
  }

  @Override
  public float readFloat() {
    require(Float.BYTES, "float");
    float value = ByteBuffer.wrap(bytes, at, Float.BYTES).order(ByteOrder.LITTLE_ENDIAN).getFloat();
    at += Float.BYTES;
    return value;
  }

  @Override
  public boolean readBoolean() {
    require(1, "boolean");
    byte value = bytes[at++];
    if (value < 0 || value > 1) {
      throw corrupt("boolean %d; it is 0 or 1".formatted(value));
    }
    return value == 1;
  }

  @Override
  public void readNull() {
    // Nothing is written for null.
  }

  private int readLength(String what) {
    long length = readLong();
    require(length, what);
    return (int) length;
  }

  @Override
  public String readString() {
    int length = readLength("string");
    String text = new String(bytes, at, length, StandardCharsets.UTF_8);
    at += length;
    return text;
  }

  /// A string through a cache: equal ones are mostly the same object.
  public String readString(TextCache cache) {
    int length = readLength("string");
    String text = cache.get(bytes, at, length);
    at += length;
    return text;
  }

  @Override
  public Utf8 readString(@Nullable Utf8 old) {
    return new Utf8(readString());
  }

  @Override
  public void skipString() {
    int length = readLength("string");
    at += length;
  }

  @Override
  public ByteBuffer readBytes(@Nullable ByteBuffer old) {
    return ByteBuffer.wrap(readBytes());
  }

  public byte[] readBytes() {
    byte[] value = new byte[readLength("bytes")];
    readFixed(value, 0, value.length);
    return value;
  }

  @Override
  public void skipBytes() {
    int length = readLength("bytes");
    at += length;
  }

  @Override
  public void readFixed(byte[] target, int offset, int length) {
    require(length, "fixed");
    System.arraycopy(bytes, at, target, offset, length);
    at += length;
  }

  @Override
  public void skipFixed(int length) {
    require(length, "fixed");
    at += length;
  }

  @Override
  public int readEnum() {
    return readInt();
  }

  @Override
  public int readIndex() {
    return readInt();
  }

  /// A union's branch out of `branches`, or an enum's index.
  public int readIndex(int branches, String what) {
    int index = readInt();
    if (index < 0 || index >= branches) {
      throw corrupt("%s %d is not one of 0 to %d".formatted(what, index, branches - 1));
    }
    return index;
  }

  /// Items in the next block of an array or map; 0 at its end. Every item takes at least a byte.
  public int readBlock() {
    return readBlock(1);
  }

  /// Items in the next block of an array or map whose items take at least so many bytes; 0 at its
  /// end.
  public int readBlock(int minItemBytes) {
    long items = readLong();
    if (items < 0) {
      if (items == Long.MIN_VALUE) {
        throw corrupt("block of %d items".formatted(items));
      }
      items = -items;
      long size = readLong();
      require(size, "block");
    }
    if (items > remaining() / minItemBytes) {
      throw corrupt("block of %d items, but %d bytes are left".formatted(items, remaining()));
    }
    return (int) items;
  }

  /// The room to make for `needed` items in an array that has room for `current`: just enough for a
  /// first block, twice as much for later ones, so that many small blocks cost no more than time in
  /// proportion.
  public static int capacity(int current, int needed) {
    return needed <= current ? current : Math.max(needed, 2 * current);
  }

  /// An array of ints.
  public int[] readInts() {
    int[] values = NO_INTS;
    int count = 0;
    for (int items = readBlock(); items > 0; items = readBlock()) {
      values = Arrays.copyOf(values, capacity(values.length, count + items));
      for (int item = 0; item < items; item++) {
        values[count++] = readInt();
      }
    }
    return count == values.length ? values : Arrays.copyOf(values, count);
  }

  /// An array of doubles.
  public double[] readDoubles() {
    double[] values = NO_DOUBLES;
    int count = 0;
    for (int items = readBlock(Double.BYTES); items > 0; items = readBlock(Double.BYTES)) {
      values = Arrays.copyOf(values, capacity(values.length, count + items));
      for (int item = 0; item < items; item++) {
        values[count++] = readDouble();
      }
    }
    return count == values.length ? values : Arrays.copyOf(values, count);
  }

  @Override
  public long readArrayStart() {
    return readBlock();
  }

  @Override
  public long arrayNext() {
    return readBlock();
  }

  /// Skips blocks whose size is written; returns the items of the first block that has none, to be
  /// skipped one by one, or 0 at the end.
  @Override
  public long skipArray() {
    while (true) {
      long items = readLong();
      if (items >= 0) {
        if (items > remaining()) {
          throw corrupt("block of %d items, but %d bytes are left".formatted(items, remaining()));
        }
        return items;
      }
      int size = readLength("block");
      at += size;
    }
  }

  @Override
  public long readMapStart() {
    return readBlock();
  }

  @Override
  public long mapNext() {
    return readBlock();
  }

  @Override
  public long skipMap() {
    return skipArray();
  }
}
