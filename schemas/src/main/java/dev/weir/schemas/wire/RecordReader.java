package dev.weir.schemas.wire;

import dev.weir.model.WeirException;
import dev.weir.schemas.avro.AvroCodec;
import dev.weir.schemas.avro.AvroReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/// Turns bytes of either wire format into records of one type. Written with the codec's own schema,
/// they go through the codec alone; written with another version, Avro resolves one into the other
/// first, which is slower and happens during upgrades. For one thread.
public final class RecordReader<T> implements Deserializer<T> {
  private final AvroCodec<T> codec;
  private final long ownFingerprint;
  private final KnownSchemas known;
  private final Optional<SchemaRegistry> registry;
  private int lastId = -1;
  private boolean lastIdIsOwn;

  /// @param known versions of the record that single-object encoding may name
  /// @param registry where Confluent's wire format finds its schemas; without one such records are
  ///   refused
  public RecordReader(AvroCodec<T> codec, KnownSchemas known, Optional<SchemaRegistry> registry) {
    this.codec = codec;
    this.ownFingerprint = KnownSchemas.fingerprint(codec.schema());
    this.known = known;
    this.registry = registry;
  }

  /// @throws WeirException.Corrupt if the bytes are not such a record
  /// @throws WeirException.Unavailable if the registry is needed and does not answer
  public T read(byte[] bytes) {
    if (bytes.length >= WireHeader.SINGLE_OBJECT_BYTES
        && bytes[0] == WireHeader.SINGLE_OBJECT_FIRST
        && bytes[1] == WireHeader.SINGLE_OBJECT_SECOND) {
      long fingerprint = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong(2);
      return fingerprint == ownFingerprint
          ? readOwn(bytes, WireHeader.SINGLE_OBJECT_BYTES)
          : readOther(bytes, WireHeader.SINGLE_OBJECT_BYTES, schemaOf(fingerprint));
    }
    if (bytes.length >= WireHeader.CONFLUENT_BYTES && bytes[0] == WireHeader.CONFLUENT_FIRST) {
      return readConfluent(bytes, ByteBuffer.wrap(bytes).getInt(1));
    }
    throw new WeirException.Corrupt(
        "record of %d bytes starts with %s; records start with c301 (Avro's single-object encoding)"
                .formatted(bytes.length, start(bytes))
            + " or 00 (Confluent's wire format)");
  }

  private static String start(byte[] bytes) {
    StringBuilder hex = new StringBuilder();
    for (int i = 0; i < Math.min(2, bytes.length); i++) {
      hex.append("%02x".formatted(bytes[i]));
    }
    return hex.isEmpty() ? "nothing" : hex.toString();
  }

  private Schema schemaOf(long fingerprint) {
    return known
        .find(fingerprint)
        .orElseThrow(() ->
            new WeirException.Corrupt(
                "record was written with a version of %s that is not known here (fingerprint"
                        .formatted(codec.schema().getFullName())
                    + " %016x); upgrade readers before writers, or use a schema registry"
                        .formatted(fingerprint)));
  }

  private T readConfluent(byte[] bytes, int id) {
    SchemaRegistry schemas =
        registry.orElseThrow(() ->
            new WeirException.Corrupt(
                "record is in Confluent's wire format (schema %d), but no schema registry is"
                        .formatted(id)
                    + " configured"));
    if (id != lastId) {
      lastIdIsOwn = KnownSchemas.fingerprint(schemas.schema(id)) == ownFingerprint;
      lastId = id;
    }
    return lastIdIsOwn
        ? readOwn(bytes, WireHeader.CONFLUENT_BYTES)
        : readOther(bytes, WireHeader.CONFLUENT_BYTES, schemas.schema(id));
  }

  private T readOwn(byte[] bytes, int offset) {
    AvroReader in = new AvroReader(bytes, offset, bytes.length - offset);
    try {
      T value = codec.read(in);
      in.expectEnd();
      return value;
    } catch (WeirException.BadData e) {
      throw new WeirException.Corrupt(
          "%s, %d bytes before its end: %s"
              .formatted(codec.schema().getName(), in.remaining(), e.getMessage()),
          e);
    }
  }

  /// Reads with the writer's schema, writes with ours, and reads that: one mapping of fields for
  /// every version.
  private T readOther(byte[] bytes, int offset, Schema writer) {
    AvroReader in = new AvroReader(bytes, offset, bytes.length - offset);
    Object resolved;
    try {
      resolved = new GenericDatumReader<>(writer, codec.schema()).read(null, in);
    } catch (IOException | AvroRuntimeException | IndexOutOfBoundsException e) {
      throw new WeirException.Corrupt(
          "record cannot be read as %s from the schema that wrote it: %s"
              .formatted(codec.schema().getFullName(), e.getMessage()),
          e);
    }
    in.expectEnd();
    ByteArrayOutputStream out = new ByteArrayOutputStream(bytes.length);
    try {
      BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(out, null);
      new GenericDatumWriter<>(codec.schema()).write(resolved, encoder);
      encoder.flush();
    } catch (IOException | AvroRuntimeException e) {
      throw new WeirException.Internal(
          "record of %s cannot be written again after its schema was resolved"
              .formatted(codec.schema().getFullName()),
          e);
    }
    return readOwn(out.toByteArray(), 0);
  }

  @Override
  public @Nullable T deserialize(String topic, byte @Nullable [] bytes) {
    return bytes == null ? null : read(bytes);
  }
}
