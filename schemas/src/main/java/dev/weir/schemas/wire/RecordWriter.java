package dev.weir.schemas.wire;

import dev.weir.schemas.avro.AvroCodec;
import dev.weir.schemas.avro.AvroWriter;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/// Turns records of one topic into bytes: a [WireHeader] and the record in Avro. Safe for use by
/// several threads.
public final class RecordWriter<T> implements Serializer<T> {
  private static final int EXPECTED_BYTES = 2048;

  private final AvroCodec<T> codec;
  private final byte[] header;

  private RecordWriter(AvroCodec<T> codec, byte[] header) {
    this.codec = codec;
    this.header = header;
  }

  /// Writes Avro's single-object encoding.
  public static <T> RecordWriter<T> singleObject(AvroCodec<T> codec) {
    return new RecordWriter<>(codec, WireHeader.singleObject(codec.schema()));
  }

  /// Writes Confluent's wire format; registers the schema as that of the topic's values.
  ///
  /// @throws dev.weir.model.WeirException.Unavailable if the registry does not answer
  public static <T> RecordWriter<T> confluent(
      AvroCodec<T> codec, String topic, SchemaRegistry registry) {
    int id = registry.register(topic + "-value", codec.schema());
    return new RecordWriter<>(codec, WireHeader.confluent(id));
  }

  public byte[] write(T value) {
    AvroWriter out = new AvroWriter(EXPECTED_BYTES);
    out.writeFixed(header, 0, header.length);
    codec.write(value, out);
    return out.toBytes();
  }

  /// Null, which deletes from a compacted topic, stays null.
  @Override
  public byte @Nullable [] serialize(String topic, @Nullable T value) {
    return value == null ? null : write(value);
  }
}
