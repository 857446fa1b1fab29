package dev.weir.testing.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weir.model.GroupKey;
import dev.weir.model.Labels;
import dev.weir.model.Layout;
import dev.weir.model.MetricType;
import dev.weir.model.PartitionKey;
import dev.weir.model.Row;
import dev.weir.model.SeriesMeta;
import dev.weir.model.Slice;
import dev.weir.model.Tenant;
import dev.weir.model.WeirException;
import dev.weir.schemas.LayoutFrame;
import dev.weir.schemas.MetricMetadata;
import dev.weir.schemas.RecordType;
import dev.weir.schemas.SampleRecord;
import dev.weir.schemas.Topics;
import dev.weir.schemas.wire.ConfluentRegistry;
import dev.weir.schemas.wire.RecordReader;
import dev.weir.schemas.wire.SchemaRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Confluent's wire format with Confluent's own client against a real registry.
@Timeout(180)
final class RegistryWireFormatTest {
  private static final Layout LAYOUT =
      Layout.of(
          List.of(
              new SeriesMeta(
                  Labels.of(Labels.NAME, "up", "job", "node", "instance", "db-1:9100"),
                  MetricType.GAUGE)));

  private static final SampleRecord UP =
      new SampleRecord(
          new GroupKey(
              new PartitionKey.OfTarget(Tenant.DEFAULT, "node", "db-1:9100"), "", Slice.WHOLE),
          LAYOUT.hash(),
          Optional.of(new LayoutFrame.Whole(LAYOUT)),
          List.of(Row.whole(1_700_000_000_000L, new double[] {1})),
          0,
          OptionalLong.empty());

  @Test
  void recordsNameASchemaThatTheRegistryKeepsCompatible(@TempDir Path directory)
      throws IOException {
    try (RegistryFixture server = RegistryFixture.start(directory);
        SchemaRegistry producers = connect(server);
        SchemaRegistry consumers = connect(server)) {
      byte[] bytes = RecordType.SAMPLES.writer(Topics.SAMPLES, Optional.of(producers)).write(UP);
      assertEquals(0, bytes[0]);
      int id = ByteBuffer.wrap(bytes).getInt(1);
      assertEquals(RecordType.SAMPLES.schema(), consumers.schema(id));
      assertEquals(UP, RecordType.SAMPLES.reader(Optional.of(consumers)).read(bytes));
      assertEquals(
          id,
          consumers.register(Topics.SAMPLES + "-value", RecordType.SAMPLES.schema()),
          "registering again is no change");

      readsALaterVersion(producers, consumers);
      refusesWhatOldReadersCannotRead(producers);
      assertThrows(
          WeirException.Corrupt.class,
          () ->
              RecordType.SAMPLES
                  .reader(Optional.of(consumers))
                  .read(new byte[] {0, 0, 1, 0, 0, 2}));
    }
  }

  private static void readsALaterVersion(SchemaRegistry producers, SchemaRegistry consumers)
      throws IOException {
    String subject = Topics.METADATA + "-value";
    producers.register(subject, RecordType.METADATA.schema());
    Schema present = RecordType.METADATA.schema();
    Schema later =
        Schema.createRecord(
            present.getName(),
            present.getDoc(),
            present.getNamespace(),
            false,
            Stream.concat(
                    present.getFields().stream()
                        .map(field -> new Schema.Field(field, field.schema())),
                    Stream.of(
                        new Schema.Field(
                            "seenBy",
                            SchemaBuilder.builder().stringType(),
                            "A field of a later version.",
                            "")))
                .toList());
    int id = producers.register(subject, later);
    GenericRecord written = new GenericData.Record(later);
    written.put("version", 1);
    written.put("tenant", "default");
    written.put("metric", "up");
    written.put("type", new GenericData.EnumSymbol(later.getField("type").schema(), "GAUGE"));
    written.put("help", "Whether it answers.");
    written.put("unit", "");
    written.put("seenBy", "collector-1");
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(ByteBuffer.allocate(5).putInt(1, id).array());
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
    new GenericDatumWriter<GenericRecord>(later).write(written, encoder);
    encoder.flush();
    RecordReader<MetricMetadata> reader = RecordType.METADATA.reader(Optional.of(consumers));
    assertEquals(
        new MetricMetadata(Tenant.DEFAULT, "up", MetricType.GAUGE, "Whether it answers.", ""),
        reader.read(out.toByteArray()));
  }

  private static void refusesWhatOldReadersCannotRead(SchemaRegistry producers) {
    Schema other =
        SchemaBuilder.record("MetricMetadata")
            .namespace("dev.weir.schemas")
            .fields()
            .requiredLong("somethingElse")
            .endRecord();
    assertThrows(
        WeirException.BadData.class, () -> producers.register(Topics.METADATA + "-value", other));
  }

  private static SchemaRegistry connect(RegistryFixture server) {
    return ConfluentRegistry.connect(List.of(server.url().toString()), Map.of());
  }
}
