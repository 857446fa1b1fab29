package dev.weir.schemas;

import dev.weir.model.Hash128;
import dev.weir.schemas.wire.KnownSchemas;
import dev.weir.schemas.wire.RecordReader;
import dev.weir.schemas.wire.RecordWriter;
import dev.weir.schemas.wire.SchemaRegistry;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// Readers and writers of the records of [Topics#SAMPLES] and [Topics#RECORDED].
public final class SampleRecords {
  /// Every version of the schema that there has been.
  private static final KnownSchemas VERSIONS = new KnownSchemas(List.of(SampleRecordCodec.SCHEMA));

  private SampleRecords() {}

  /// A writer for one of the topics: Confluent's wire format if there is a registry, else Avro's
  /// single-object encoding.
  public static RecordWriter<SampleRecord> writer(String topic, Optional<SchemaRegistry> registry) {
    SampleRecordCodec codec = new SampleRecordCodec();
    return registry
        .map(schemas -> RecordWriter.confluent(codec, topic, schemas))
        .orElseGet(() -> RecordWriter.singleObject(codec));
  }

  /// A reader of both wire formats, for one thread.
  public static RecordReader<SampleRecord> reader(Optional<SchemaRegistry> registry) {
    return reader(hash -> false, registry);
  }

  /// A reader of both wire formats, for one thread, that passes over layouts its caller has.
  public static RecordReader<SampleRecord> reader(
      Predicate<Hash128> knownLayouts, Optional<SchemaRegistry> registry) {
    return new RecordReader<>(new SampleRecordCodec(knownLayouts), VERSIONS, registry);
  }
}
