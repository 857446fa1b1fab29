package dev.weir.schemas;

import dev.weir.model.WeirException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.apache.avro.Schema;

/// Reads the schemas that are part of this jar.
final class RecordSchema {
  private RecordSchema() {}

  /// @param file such as `sample-record.avsc`, beside this class
  static Schema load(String file) {
    try (InputStream in = RecordSchema.class.getResourceAsStream(file)) {
      if (in == null) {
        throw new WeirException.Internal("schema %s is not in this jar".formatted(file));
      }
      return new Schema.Parser().parse(in);
    } catch (IOException e) {
      throw new UncheckedIOException("schema " + file, e);
    }
  }
}
