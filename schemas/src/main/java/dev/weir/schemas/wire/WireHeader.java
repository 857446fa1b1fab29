package dev.weir.schemas.wire;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.apache.avro.Schema;

/// What stands before a record's Avro bytes and names the schema that wrote them.
///
/// ```
/// SingleObject => C3 01  Fingerprint:u64le
/// Confluent    => 00  SchemaId:u32be
/// ```
///
/// *Fingerprint* is CRC-64-AVRO of the schema's parsing canonical form (Avro specification,
/// "Single-object encoding"). *SchemaId* is the schema's number in the registry.
public final class WireHeader {
  public static final int SINGLE_OBJECT_BYTES = 10;
  public static final int CONFLUENT_BYTES = 5;

  static final byte SINGLE_OBJECT_FIRST = (byte) 0xc3;
  static final byte SINGLE_OBJECT_SECOND = 0x01;
  static final byte CONFLUENT_FIRST = 0x00;

  private WireHeader() {}

  /// The header of Avro's single-object encoding.
  public static byte[] singleObject(Schema schema) {
    return ByteBuffer.allocate(SINGLE_OBJECT_BYTES)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(SINGLE_OBJECT_FIRST)
        .put(SINGLE_OBJECT_SECOND)
        .putLong(KnownSchemas.fingerprint(schema))
        .array();
  }

  /// The header of Confluent's wire format.
  public static byte[] confluent(int schemaId) {
    return ByteBuffer.allocate(CONFLUENT_BYTES).put(CONFLUENT_FIRST).putInt(schemaId).array();
  }
}
