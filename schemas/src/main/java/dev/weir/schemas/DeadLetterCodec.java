package dev.weir.schemas;

import dev.weir.schemas.avro.AvroCodec;
import dev.weir.schemas.avro.AvroReader;
import dev.weir.schemas.avro.AvroWriter;
import java.time.Instant;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/// Writes and reads [DeadLetter].
final class DeadLetterCodec implements AvroCodec<DeadLetter> {
  static final Schema SCHEMA = RecordSchema.load("dead-letter.avsc");
  static final int VERSION = 1;

  @Override
  public Schema schema() {
    return SCHEMA;
  }

  @Override
  public void write(DeadLetter letter, AvroWriter out) {
    out.writeLong(VERSION);
    out.writeString(letter.topic());
    out.writeLong(letter.partition());
    out.writeLong(letter.offset());
    out.writeLong(letter.appended().toEpochMilli());
    out.writeString(letter.member());
    out.writeString(letter.reason());
    writeBytes(letter.key(), out);
    writeBytes(letter.value(), out);
    out.writeLong(letter.valueBytes());
  }

  private static void writeBytes(byte @Nullable [] bytes, AvroWriter out) {
    if (bytes == null) {
      out.writeLong(0);
    } else {
      out.writeLong(1);
      out.writeBytes(bytes);
    }
  }

  @Override
  public DeadLetter read(AvroReader in) {
    MessageVersion.check(in, SCHEMA, VERSION);
    return new DeadLetter(
        in.readString(),
        in.readInt(),
        in.readLong(),
        Instant.ofEpochMilli(in.readLong()),
        in.readString(),
        in.readString(),
        readBytes(in),
        readBytes(in),
        in.readInt());
  }

  private static byte @Nullable [] readBytes(AvroReader in) {
    return in.readIndex(2, "branch of bytes") == 0 ? null : in.readBytes();
  }
}
