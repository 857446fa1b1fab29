package dev.weir.schemas.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.model.MetricType;
import dev.weir.model.Tenant;
import dev.weir.model.WeirException;
import dev.weir.schemas.MetricMetadata;
import dev.weir.schemas.RecordType;
import dev.weir.schemas.Topics;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.message.BinaryMessageEncoder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WireFormatTest {
  private static final MetricMetadata UP =
      new MetricMetadata(Tenant.DEFAULT, "up", MetricType.GAUGE, "Whether it answers.", "");

  private FakeRegistry server;
  private SchemaRegistry registry;

  @BeforeEach
  void start() throws IOException {
    server = new FakeRegistry();
    registry = ConfluentRegistry.connect(List.of(server.url()), Map.of());
  }

  @AfterEach
  void stop() {
    registry.close();
    server.close();
  }

  @Test
  void withoutARegistryRecordsAreInAvrosSingleObjectEncoding() throws IOException {
    byte[] bytes = RecordType.METADATA.writer(Topics.METADATA, Optional.empty()).write(UP);
    assertArrayEquals(
        Arrays.copyOf(
            new BinaryMessageEncoder<>(GenericData.get(), RecordType.METADATA.schema())
                .encode(generic(RecordType.METADATA.schema()))
                .array(),
            10),
        Arrays.copyOf(bytes, 10));
    assertEquals(UP, RecordType.METADATA.reader(Optional.empty()).read(bytes));
    assertEquals(UP, RecordType.METADATA.reader(Optional.of(registry)).read(bytes));
    assertEquals(List.of(), server.requests());
  }

  @Test
  void withARegistryRecordsAreInConfluentsWireFormat() {
    byte[] bytes = RecordType.METADATA.writer(Topics.METADATA, Optional.of(registry)).write(UP);
    assertArrayEquals(new byte[] {0, 0, 0, 0, 1}, Arrays.copyOf(bytes, 5));
    assertEquals(
        List.of(
            "POST /subjects/weir.metadata-value/versions",
            "PUT /config/weir.metadata-value {\"compatibility\":\"FULL_TRANSITIVE\"}"),
        server.requests());
    RecordReader<MetricMetadata> reader = RecordType.METADATA.reader(Optional.of(registry));
    assertEquals(UP, reader.read(bytes));
    assertEquals(UP, reader.read(bytes));
  }

  @Test
  void aReaderWithoutARegistryRefusesConfluentsWireFormat() {
    byte[] bytes = RecordType.METADATA.writer(Topics.METADATA, Optional.of(registry)).write(UP);
    assertCorrupt(
        "record is in Confluent's wire format (schema 1), but no schema registry is configured",
        Optional.empty(),
        bytes);
  }

  @Test
  void recordsOfAnotherVersionAreResolved() throws IOException {
    // A later version: a field more, another one gone, the rest in another order.
    Schema later =
        new Schema.Parser()
            .parse(
                """
                {"type": "record", "name": "MetricMetadata", "namespace": "dev.weir.schemas", "fields": [
                  {"name": "metric", "type": "string"},
                  {"name": "seenBy", "type": {"type": "array", "items": "string"}, "default": []},
                  {"name": "version", "type": "int"},
                  {"name": "tenant", "type": "string"},
                  {"name": "type", "type": {"type": "enum", "name": "MetricType",
                    "symbols": ["UNKNOWN", "HOLOGRAM", "GAUGE"], "default": "UNKNOWN"}},
                  {"name": "help", "type": "string"},
                  {"name": "unit", "type": "string"}]}
                """);
    int id = server.add(later);
    GenericRecord up = generic(later);
    up.put("seenBy", List.of("collector-1"));
    RecordReader<MetricMetadata> reader = RecordType.METADATA.reader(Optional.of(registry));
    assertEquals(UP, reader.read(bytes(WireHeader.confluent(id), later, up)));
    // A symbol that is not known here becomes the enum's default.
    up.put("type", new GenericData.EnumSymbol(later.getField("type").schema(), "HOLOGRAM"));
    assertEquals(
        MetricType.UNKNOWN, reader.read(bytes(WireHeader.confluent(id), later, up)).type());

    RecordReader<MetricMetadata> knowing =
        new RecordReader<>(
            RecordType.METADATA.codec(), new KnownSchemas(List.of(later)), Optional.empty());
    assertEquals(
        MetricType.UNKNOWN, knowing.read(bytes(WireHeader.singleObject(later), later, up)).type());
    byte[] truncated = bytes(WireHeader.singleObject(later), later, up);
    assertThrows(
        WeirException.Corrupt.class,
        () -> knowing.read(Arrays.copyOf(truncated, truncated.length - 1)));
    byte[] hostile = truncated.clone();
    Arrays.fill(hostile, 10, 19, (byte) 0xfe);
    assertThrows(WeirException.Corrupt.class, () -> knowing.read(hostile));
  }

  @Test
  void anUnknownVersionIsRefusedWithAWayOut() {
    byte[] bytes = RecordType.METADATA.writer(Topics.METADATA, Optional.empty()).write(UP);
    Arrays.fill(bytes, 2, 10, (byte) 7);
    assertCorrupt(
        "record was written with a version of dev.weir.schemas.MetricMetadata that is not known here"
            + " (fingerprint 0707070707070707); upgrade readers before writers, or use a schema"
            + " registry",
        Optional.empty(),
        bytes);
  }

  @Test
  void aNumberThatTheRegistryDoesNotKnowIsCorrupt() {
    assertCorrupt(
        "record names schema 77, which schema registry %s does not know".formatted(server.url()),
        Optional.of(registry),
        new byte[] {0, 0, 0, 0, 77, 2});
  }

  @Test
  void aRegistryThatIsDownIsUnavailableAndNoFaultOfTheRecord() {
    server.failWith(503);
    WeirException failure =
        assertThrows(
            WeirException.Unavailable.class,
            () ->
                RecordType.METADATA
                    .reader(Optional.of(registry))
                    .read(new byte[] {0, 0, 0, 0, 1, 2}));
    assertTrue(
        failure
            .getMessage()
            .startsWith(
                "schema registry %s gives no answer about schema 1: as told"
                    .formatted(server.url())),
        failure.getMessage());
    server.close();
    assertThrows(
        WeirException.Unavailable.class,
        () -> RecordType.METADATA.writer(Topics.METADATA, Optional.of(registry)));
  }

  @Test
  void aSchemaThatTheRegistryRefusesIsTheConfigurationsFault() {
    server.failWith(409);
    WeirException failure =
        assertThrows(
            WeirException.BadData.class,
            () -> RecordType.METADATA.writer(Topics.METADATA, Optional.of(registry)));
    assertTrue(
        failure
            .getMessage()
            .contains("refuses schema dev.weir.schemas.MetricMetadata under subject"),
        failure.getMessage());
  }

  private static void assertCorrupt(
      String message, Optional<SchemaRegistry> registry, byte[] bytes) {
    WeirException refused =
        assertThrows(
            WeirException.Corrupt.class, () -> RecordType.METADATA.reader(registry).read(bytes));
    assertEquals(message, refused.getMessage());
  }

  private static GenericRecord generic(Schema schema) {
    GenericRecord up = new GenericData.Record(schema);
    up.put("version", 1);
    up.put("tenant", "default");
    up.put("metric", "up");
    up.put("type", new GenericData.EnumSymbol(schema.getField("type").schema(), "GAUGE"));
    up.put("help", "Whether it answers.");
    up.put("unit", "");
    return up;
  }

  private static byte[] bytes(byte[] header, Schema schema, GenericRecord value)
      throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(header);
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
    new GenericDatumWriter<GenericRecord>(schema).write(value, encoder);
    encoder.flush();
    return out.toByteArray();
  }
}
