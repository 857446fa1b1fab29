package dev.weir.schemas;

import dev.weir.schemas.avro.AvroReader;
import org.apache.avro.Schema;

/// The field `version`, with which every message of state begins.
final class MessageVersion {
  private MessageVersion() {}

  /// Reads the version and refuses one that is not known.
  static void check(AvroReader in, Schema schema, int known) {
    int version = in.readInt();
    if (version < 1 || version > known) {
      throw in.corrupt(
          "%s has version %d; versions up to %d are known here, upgrade this member"
              .formatted(schema.getName(), version, known));
    }
  }
}
