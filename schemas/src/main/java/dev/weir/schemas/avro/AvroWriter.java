package dev.weir.schemas.avro;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Avro's binary encoding into a growing array. Arrays and maps are written as one block, as the
/// stock encoder does: [#writeBlockStart], the items, [#writeBlockEnd].
public final class AvroWriter {
  private static final int MAX_VARINT = 10;

  private byte[] bytes;
  private int length;

  public AvroWriter(int expectedBytes) {
    this.bytes = new byte[Math.max(expectedBytes, 64)];
  }

  public void writeBoolean(boolean value) {
    reserve(1);
    bytes[length++] = (byte) (value ? 1 : 0);
  }

  /// An `int`, a `long`, an enum's index or a union's branch.
  public void writeLong(long value) {
    reserve(MAX_VARINT);
    long zigzag = (value << 1) ^ (value >> 63);
    while ((zigzag & ~0x7fL) != 0) {
      bytes[length++] = (byte) (zigzag | 0x80);
      zigzag >>>= 7;
    }
    bytes[length++] = (byte) zigzag;
  }

  public void writeDouble(double value) {
    reserve(Double.BYTES);
    long bits = Double.doubleToRawLongBits(value);
    for (int i = 0; i < Double.BYTES; i++) {
      bytes[length++] = (byte) (bits >>> (8 * i));
    }
  }

  public void writeString(String value) {
    writeBytes(value.getBytes(StandardCharsets.UTF_8));
  }

  public void writeBytes(byte[] value) {
    writeLong(value.length);
    writeFixed(value, 0, value.length);
  }

  /// Bytes without a length before them.
  public void writeFixed(byte[] value, int offset, int count) {
    reserve(count);
    System.arraycopy(value, offset, bytes, length, count);
    length += count;
  }

  /// Starts an array or a map of so many items.
  public void writeBlockStart(int items) {
    if (items > 0) {
      writeLong(items);
    }
  }

  /// Ends an array or a map.
  public void writeBlockEnd() {
    writeLong(0);
  }

  /// An array of ints.
  public void writeInts(int[] values) {
    writeBlockStart(values.length);
    for (int value : values) {
      writeLong(value);
    }
    writeBlockEnd();
  }

  /// An array of doubles.
  public void writeDoubles(double[] values) {
    writeBlockStart(values.length);
    for (double value : values) {
      writeDouble(value);
    }
    writeBlockEnd();
  }

  public byte[] toBytes() {
    return Arrays.copyOf(bytes, length);
  }

  private void reserve(int more) {
    if (bytes.length - length < more) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, Math.addExact(length, more)));
    }
  }
}
