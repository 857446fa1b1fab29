package dev.weir.schemas.wire;

import org.apache.avro.Schema;

/// Keeps schemas under numbers. Safe for use by several threads; both answers are kept, so that
/// each is asked once.
public interface SchemaRegistry extends AutoCloseable {
  /// Registers a schema under a subject, unless it is there already, and sees to it that later
  /// versions have to be compatible both ways.
  ///
  /// @return the schema's number
  /// @throws dev.weir.model.WeirException.Unavailable if the registry does not answer
  /// @throws dev.weir.model.WeirException.BadData if it refuses the schema
  int register(String subject, Schema schema);

  /// The schema with this number.
  ///
  /// @throws dev.weir.model.WeirException.Unavailable if the registry does not answer
  /// @throws dev.weir.model.WeirException.Corrupt if it knows no such number
  Schema schema(int id);

  @Override
  void close();
}
