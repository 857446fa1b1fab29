package dev.weir.schemas.wire;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;

/// Writer schemas by their fingerprint, CRC-64-AVRO over the canonical form, as Avro's
/// single-object encoding names them. Immutable.
public final class KnownSchemas {
  private final Map<Long, Schema> byFingerprint = new HashMap<>();

  /// @param schemas the versions of a record, past and present
  public KnownSchemas(List<Schema> schemas) {
    for (Schema schema : schemas) {
      byFingerprint.put(fingerprint(schema), schema);
    }
  }

  public static long fingerprint(Schema schema) {
    return SchemaNormalization.parsingFingerprint64(schema);
  }

  public Optional<Schema> find(long fingerprint) {
    return Optional.ofNullable(byFingerprint.get(fingerprint));
  }
}
