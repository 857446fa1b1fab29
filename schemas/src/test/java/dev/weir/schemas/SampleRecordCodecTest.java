package dev.weir.schemas;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.model.GroupKey;
import dev.weir.model.Hash128;
import dev.weir.model.Layout;
import dev.weir.model.PartitionKey;
import dev.weir.model.Row;
import dev.weir.model.Slice;
import dev.weir.model.Tenant;
import dev.weir.model.WeirException;
import dev.weir.schemas.avro.AvroReader;
import dev.weir.schemas.avro.AvroWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.junit.jupiter.api.Test;

class SampleRecordCodecTest {
  private final SampleRecordCodec codec = new SampleRecordCodec();

  @Provide
  Arbitrary<SampleRecord> records() {
    return SampleRecordArbitraries.records();
  }

  @Property(tries = 300)
  void readsWhatItWrote(@ForAll("records") SampleRecord sampleRecord) {
    assertEquals(sampleRecord, read(write(sampleRecord)));
  }

  @Property(tries = 300)
  void stockAvroReadsAndWritesTheSameBytes(@ForAll("records") SampleRecord sampleRecord)
      throws IOException {
    byte[] bytes = write(sampleRecord);
    var decoder = DecoderFactory.get().binaryDecoder(bytes, null);
    GenericRecord generic =
        new GenericDatumReader<GenericRecord>(SampleRecordCodec.SCHEMA).read(null, decoder);
    assertTrue(decoder.isEnd());
    assertEquals(sampleRecord.group().target(), generic.get("target").toString());
    assertEquals(sampleRecord, read(stockBytes(generic, false)), "maps in any order");
    sortMaps(generic);
    assertArrayEquals(bytes, stockBytes(generic, false));
  }

  /// A stock reader gives maps without order; Weir writes labels by name.
  private static void sortMaps(Object value) {
    if (value instanceof GenericRecord generic) {
      for (Schema.Field field : generic.getSchema().getFields()) {
        if (generic.get(field.pos()) instanceof Map<?, ?> map) {
          generic.put(field.pos(), new TreeMap<>(map));
        } else {
          sortMaps(generic.get(field.pos()));
        }
      }
    } else if (value instanceof List<?> list) {
      list.forEach(SampleRecordCodecTest::sortMaps);
    }
  }

  @Property(tries = 300)
  void readsBlocksAsStreamingWritersMakeThem(@ForAll("records") SampleRecord sampleRecord)
      throws IOException {
    GenericRecord generic =
        new GenericDatumReader<GenericRecord>(SampleRecordCodec.SCHEMA)
            .read(null, DecoderFactory.get().binaryDecoder(write(sampleRecord), null));
    assertEquals(sampleRecord, read(stockBytes(generic, true)));
  }

  @Test
  void writesTheBytesOfStockAvro() throws IOException {
    Layout layout = Layout.of(List.of());
    SampleRecord sampleRecord =
        new SampleRecord(
            group(),
            layout.hash(),
            Optional.of(new LayoutFrame.Whole(layout)),
            List.of(Row.whole(1_700_000_000_000L, new double[0])),
            7,
            OptionalLong.of(1_700_000_015_000L));
    byte[] bytes = write(sampleRecord);
    GenericRecord generic =
        new GenericDatumReader<GenericRecord>(SampleRecordCodec.SCHEMA)
            .read(null, DecoderFactory.get().binaryDecoder(bytes, null));
    assertArrayEquals(stockBytes(generic, false), bytes);
  }

  @Property(tries = 300)
  void refusesDamagedBytesAsCorrupt(
      @ForAll("records") SampleRecord sampleRecord, @ForAll long seed) {
    Random random = new Random(seed);
    byte[] bytes = write(sampleRecord);
    for (int i = 0; i < 20; i++) {
      byte[] damaged = bytes.clone();
      int changes = 1 + random.nextInt(3);
      for (int change = 0; change < changes; change++) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
      }
      try {
        read(damaged);
      } catch (WeirException.Corrupt | WeirException.BadData e) {
        assertTrue(e.getMessage() != null && !e.getMessage().isEmpty());
      }
    }
  }

  @Property(tries = 50)
  void refusesEveryTruncation(@ForAll("records") SampleRecord sampleRecord) {
    byte[] bytes = write(sampleRecord);
    for (int length = 0; length < bytes.length; length++) {
      AvroReader in = new AvroReader(bytes, 0, length);
      assertThrows(WeirException.Corrupt.class, () -> codec.read(in));
    }
  }

  @Property(tries = 300)
  void passesOverKnownLayouts(@ForAll("records") SampleRecord sampleRecord) {
    SampleRecord read =
        new SampleRecordCodec(sampleRecord.layoutHash()::equals)
            .read(new AvroReader(write(sampleRecord), 0, write(sampleRecord).length));
    assertEquals(Optional.empty(), read.layout());
    assertEquals(sampleRecord.rows(), read.rows());
  }

  @Test
  void refusesALengthBeyondTheRecordBeforeAllocating() {
    // A row of 2^40 scales, and a row of 2^60 digits.
    AvroWriter start = new AvroWriter(64);
    writeUpToScales(start);
    byte[] prefix = start.toBytes();
    for (long claimed : new long[] {1L << 40, Long.MAX_VALUE, -1}) {
      AvroWriter out = new AvroWriter(64);
      out.writeFixed(prefix, 0, prefix.length);
      out.writeLong(claimed);
      WeirException.Corrupt refused =
          assertThrows(WeirException.Corrupt.class, () -> read(out.toBytes()));
      assertTrue(
          refused.getMessage().contains("bytes of " + claimed + " bytes, but 0 are left"),
          refused.getMessage());
    }
    AvroWriter out = new AvroWriter(64);
    out.writeFixed(prefix, 0, prefix.length);
    out.writeBytes(new byte[3]);
    out.writeLong(1L << 60);
    assertThrows(WeirException.Corrupt.class, () -> read(out.toBytes()));
  }

  private static void writeUpToScales(AvroWriter out) {
    out.writeString("default");
    out.writeLong(0);
    out.writeString("node");
    out.writeString("db-1:9100");
    out.writeString("");
    out.writeLong(1);
    out.writeLong(0);
    out.writeLong(0);
    out.writeFixed(new byte[Hash128.BYTES], 0, Hash128.BYTES);
    out.writeLong(0);
    out.writeBlockStart(1);
    out.writeLong(1_700_000_000_000L);
    out.writeLong(0);
  }

  @Test
  void everyFieldOfTheSchemaIsDocumented() {
    checkDocs(SampleRecordCodec.SCHEMA);
  }

  static void checkDocs(Schema schema) {
    switch (schema.getType()) {
      case RECORD -> {
        assertTrue(schema.getDoc() != null, schema.getFullName());
        for (Schema.Field field : schema.getFields()) {
          assertTrue(field.doc() != null, schema.getFullName() + "." + field.name());
          checkDocs(field.schema());
        }
      }
      case ARRAY -> checkDocs(schema.getElementType());
      case UNION -> schema.getTypes().forEach(SampleRecordCodecTest::checkDocs);
      case ENUM, FIXED -> assertTrue(schema.getDoc() != null, schema.getFullName());
      case MAP, BOOLEAN, BYTES, DOUBLE, FLOAT, INT, LONG, NULL, STRING -> {}
    }
  }

  private static GroupKey group() {
    return new GroupKey(
        new PartitionKey.OfTarget(Tenant.DEFAULT, "node", "db-1:9100"), "4f1d", Slice.WHOLE);
  }

  private byte[] write(SampleRecord sampleRecord) {
    AvroWriter out = new AvroWriter(64);
    codec.write(sampleRecord, out);
    return out.toBytes();
  }

  private SampleRecord read(byte[] bytes) {
    AvroReader in = new AvroReader(bytes, 0, bytes.length);
    SampleRecord sampleRecord = codec.read(in);
    in.expectEnd();
    return sampleRecord;
  }

  private static byte[] stockBytes(GenericRecord generic, boolean blocking) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    BinaryEncoder encoder =
        blocking
            ? new EncoderFactory().configureBlockSize(64).blockingBinaryEncoder(out, null)
            : EncoderFactory.get().binaryEncoder(out, null);
    new GenericDatumWriter<GenericRecord>(SampleRecordCodec.SCHEMA).write(generic, encoder);
    encoder.flush();
    return out.toByteArray();
  }
}
