package dev.weir.schemas.avro;

import org.apache.avro.Schema;

/// Writes and reads one type of record by hand, field by field in the order of its schema, so that
/// no record is ever turned into a tree of boxed values. The bytes are those of stock Avro.
///
/// Writing is safe from several threads; reading belongs to one thread.
public interface AvroCodec<T> {
  /// The schema that [#write] writes and [#read] reads.
  Schema schema();

  void write(T value, AvroWriter out);

  /// @throws dev.weir.model.WeirException.Corrupt if the bytes are not such a record
  /// @throws dev.weir.model.WeirException.BadData if they are, but say what cannot be
  T read(AvroReader in);
}
