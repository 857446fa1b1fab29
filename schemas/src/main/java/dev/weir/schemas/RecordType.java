package dev.weir.schemas;

import dev.weir.model.Hash128;
import dev.weir.schemas.avro.AvroCodec;
import dev.weir.schemas.wire.KnownSchemas;
import dev.weir.schemas.wire.RecordReader;
import dev.weir.schemas.wire.RecordWriter;
import dev.weir.schemas.wire.SchemaRegistry;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.apache.avro.Schema;

/// A type of record that travels: how it is written, and in which versions it may come.
public final class RecordType<T> {
  /// Values of [Topics#SAMPLES] and [Topics#RECORDED].
  public static final RecordType<SampleRecord> SAMPLES =
      new RecordType<>(SampleRecordCodec::new, List.of(SampleRecordCodec.SCHEMA));

  /// Values of [Topics#METADATA].
  public static final RecordType<MetricMetadata> METADATA =
      new RecordType<>(MetricMetadataCodec::new, List.of(MetricMetadataCodec.SCHEMA));

  /// Values of [Topics#TARGETS].
  public static final RecordType<TargetState> TARGETS =
      new RecordType<>(TargetStateCodec::new, List.of(TargetStateCodec.SCHEMA));

  /// Values of [Topics#MEMBERS].
  public static final RecordType<MemberState> MEMBERS =
      new RecordType<>(MemberStateCodec::new, List.of(MemberStateCodec.SCHEMA));

  /// Values of [Topics#ALERTS].
  public static final RecordType<AlertTransition> ALERTS =
      new RecordType<>(AlertTransitionCodec::new, List.of(AlertTransitionCodec.SCHEMA));

  /// Values of [Topics#RULES].
  public static final RecordType<RuleGroupRecord> RULES =
      new RecordType<>(RuleGroupRecordCodec::new, List.of(RuleGroupRecordCodec.SCHEMA));

  /// Values of [Topics#NOTIFICATIONS].
  public static final RecordType<NotificationState> NOTIFICATIONS =
      new RecordType<>(NotificationStateCodec::new, List.of(NotificationStateCodec.SCHEMA));

  /// Values of [Topics#DEAD_LETTERS].
  public static final RecordType<DeadLetter> DEAD_LETTERS =
      new RecordType<>(DeadLetterCodec::new, List.of(DeadLetterCodec.SCHEMA));

  private final Supplier<AvroCodec<T>> codecs;
  private final KnownSchemas versions;

  /// @param versions every schema that there has been, the present one among them
  private RecordType(Supplier<AvroCodec<T>> codecs, List<Schema> versions) {
    this.codecs = codecs;
    this.versions = new KnownSchemas(versions);
  }

  /// The schema that is written.
  public Schema schema() {
    return codecs.get().schema();
  }

  /// What writes and reads such records; reading is for one thread.
  public AvroCodec<T> codec() {
    return codecs.get();
  }

  /// A writer for a topic, safe for use by several threads: Confluent's wire format if there is a
  /// registry, else Avro's single-object encoding.
  ///
  /// @throws dev.weir.model.WeirException.Unavailable if the registry does not answer
  public RecordWriter<T> writer(String topic, Optional<SchemaRegistry> registry) {
    return registry.isPresent()
        ? RecordWriter.confluent(codecs.get(), topic, registry.get())
        : RecordWriter.singleObject(codecs.get());
  }

  /// A reader of both wire formats, for one thread.
  public RecordReader<T> reader(Optional<SchemaRegistry> registry) {
    return new RecordReader<>(codecs.get(), versions, registry);
  }

  /// A reader of samples, for one thread, that passes over layouts its caller has.
  public static RecordReader<SampleRecord> sampleReader(
      Predicate<Hash128> knownLayouts, Optional<SchemaRegistry> registry) {
    return new RecordReader<>(new SampleRecordCodec(knownLayouts), SAMPLES.versions, registry);
  }
}
