package dev.weir.collectors.write;

import dev.weir.model.WeirException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/// Walks through the fields of one protobuf message, in the bytes that it came in. A message inside
/// is walked through by a cursor of its own. For one thread.
///
/// ```
/// Message => (Tag Value)*
/// Tag     => uvarint, field number * 8 + wire type
/// Value   => uvarint (0) | 8 bytes, little-endian (1) | Length:uvarint Bytes (2) | 4 bytes (5)
/// ```
///
/// Source: the encoding of Protocol Buffers.
final class ProtobufCursor {
  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int BYTES = 2;
  private static final int FIXED32 = 5;

  private final byte[] bytes;
  private final ByteBuffer buffer;
  private int at;
  private int end;
  private int wireType;
  private int field;

  ProtobufCursor(byte[] bytes) {
    this.bytes = bytes;
    this.buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    this.end = bytes.length;
  }

  /// A cursor over the same bytes, for messages inside.
  ProtobufCursor sibling() {
    return new ProtobufCursor(bytes);
  }

  /// Starts with the message that is the value of another cursor's field.
  ///
  /// @return this
  ProtobufCursor enter(ProtobufCursor outer) {
    outer.expect(BYTES);
    int length = outer.length();
    at = outer.at;
    end = outer.at + length;
    outer.at = end;
    return this;
  }

  /// Starts with the fields in a span.
  ///
  /// @return this
  ProtobufCursor within(int start, int spanEnd) {
    at = start;
    end = spanEnd;
    return this;
  }

  /// Moves to the next field.
  ///
  /// @return its number, or 0 at the end
  int next() {
    if (at >= end) {
      return 0;
    }
    long tag = varint();
    wireType = (int) (tag & 7);
    field = (int) (tag >>> 3);
    if (field == 0 || tag >>> 32 != 0) {
      throw bad("tag %d names no field".formatted(tag));
    }
    return field;
  }

  /// Where the next field starts, once this one's value was read.
  int position() {
    return at;
  }

  byte[] bytes() {
    return bytes;
  }

  long varintValue() {
    expect(VARINT);
    return varint();
  }

  double doubleValue() {
    expect(FIXED64);
    need(8);
    double value = buffer.getDouble(at);
    at += 8;
    return value;
  }

  String textValue() {
    expect(BYTES);
    int length = length();
    try {
      // Text is UTF-8; other bytes are refused rather than replaced.
      String text =
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, at, length)).toString();
      at += length;
      return text;
    } catch (CharacterCodingException e) {
      throw new WeirException.BadData("text at byte %d is not UTF-8".formatted(at), e);
    }
  }

  /// Passes over the value.
  void skip() {
    switch (wireType) {
      case VARINT -> varint();
      case FIXED64 -> {
        need(8);
        at += 8;
      }
      case BYTES -> {
        int length = length();
        at += length;
      }
      case FIXED32 -> {
        need(4);
        at += 4;
      }
      default ->
          throw bad("field %d has wire type %d, which is not known".formatted(field, wireType));
    }
  }

  /// Whether the field's value is a run of bytes: text, a message, or packed numbers.
  boolean isBytes() {
    return wireType == BYTES;
  }

  /// Whether a cursor that entered a packed field has come to its end.
  boolean atEnd() {
    return at >= end;
  }

  /// The next number of a packed field.
  long packedVarint() {
    return varint();
  }

  double packedDouble() {
    need(8);
    double value = buffer.getDouble(at);
    at += 8;
    return value;
  }

  static long zigzag(long value) {
    return (value >>> 1) ^ -(value & 1);
  }

  private void expect(int expected) {
    if (wireType != expected) {
      throw bad("field %d has wire type %d, not %d".formatted(field, wireType, expected));
    }
  }

  private int length() {
    long length = varint();
    if (length < 0 || length > end - at) {
      throw bad("field %d has %d bytes, but only %d remain".formatted(field, length, end - at));
    }
    return (int) length;
  }

  private long varint() {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      need(1);
      byte next = bytes[at++];
      value |= (long) (next & 0x7f) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw bad("a number has more than 10 bytes");
  }

  private void need(int count) {
    if (end - at < count) {
      throw bad("the message ends within a value");
    }
  }

  private WeirException bad(String what) {
    return new WeirException.BadData("not a protobuf message: %s, at byte %d".formatted(what, at));
  }
}
