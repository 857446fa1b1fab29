package dev.weir.schemas.read;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.model.GroupKey;
import dev.weir.model.Labels;
import dev.weir.model.Layout;
import dev.weir.model.MetricType;
import dev.weir.model.PartitionKey;
import dev.weir.model.Row;
import dev.weir.model.SeriesMeta;
import dev.weir.model.Slice;
import dev.weir.model.Tenant;
import dev.weir.schemas.LayoutFrame;
import dev.weir.schemas.RecordType;
import dev.weir.schemas.SampleRecord;
import dev.weir.schemas.Topics;
import dev.weir.schemas.wire.RecordWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SampleReaderTest {
  private static final long T = 1_700_000_000_000L;
  private static final RecordWriter<SampleRecord> WRITER =
      RecordType.SAMPLES.writer(Topics.SAMPLES, Optional.empty());

  private final List<String> read = new ArrayList<>();
  private final List<Long> appended = new ArrayList<>();

  private final SampleReader.Receiver receiver =
      new SampleReader.Receiver() {
        @Override
        public void rows(
            long offset, long appendedMillis, Layout layout, SampleRecord sampleRecord) {
          appended.add(appendedMillis);
          read.add(
              "%d: %d columns, %d rows"
                  .formatted(offset, layout.size(), sampleRecord.rows().size()));
        }

        @Override
        public void deadLetter(long offset, long appendedMillis, byte[] value, String reason) {
          appended.add(appendedMillis);
          read.add("%d: %s".formatted(offset, reason));
        }
      };

  private SampleReader reader = reader(0);

  private SampleReader reader(long firstOffset) {
    return new SampleReader(
        new SampleReader.Settings(100, 2_000, Duration.ofMinutes(25), 10),
        Optional.empty(),
        firstOffset,
        receiver);
  }

  @Test
  void aLayoutServesTheRecordsAfterIt() {
    read(0, whole(layout(3)));
    read(1, bare(layout(3)));
    assertEquals(List.of("0: 3 columns, 1 rows", "1: 3 columns, 1 rows"), read);
    assertEquals(OptionalLong.empty(), reader.lowestParkedOffset());
  }

  @Test
  void aDeltaGrowsALayout() {
    read(0, whole(layout(3)));
    read(1, delta(layout(3), layout(5)));
    read(2, bare(layout(5)));
    read(3, bare(layout(3)));
    assertEquals(
        List.of(
            "0: 3 columns, 1 rows",
            "1: 5 columns, 1 rows",
            "2: 5 columns, 1 rows",
            "3: 3 columns, 1 rows"),
        read);
  }

  @Test
  void rowsWithoutALayoutWaitForIt() {
    read(5, bare(layout(3)));
    read(6, delta(layout(3), layout(5)));
    assertEquals(OptionalLong.of(5), reader.lowestParkedOffset());
    assertEquals(2, reader.parkedRecords());
    read(7, whole(layout(5)));
    assertEquals(OptionalLong.of(5), reader.lowestParkedOffset());
    read(8, whole(layout(3)));
    assertEquals(
        List.of(
            "6: 5 columns, 1 rows",
            "7: 5 columns, 1 rows",
            "5: 3 columns, 1 rows",
            "8: 3 columns, 1 rows"),
        read);
    assertEquals(OptionalLong.empty(), reader.lowestParkedOffset());
    assertEquals(0, reader.parkedBytes());
  }

  @Test
  void aLayoutFromElsewhereReleasesRowsToo() {
    read(5, bare(layout(3)));
    reader.learn(layout(3));
    assertEquals(List.of("5: 3 columns, 1 rows"), read);
  }

  @Test
  void rowsWhoseLayoutNeverComesBecomeDeadLetters() {
    reader.read(5, T, bare(layout(3)));
    reader.read(6, T + Duration.ofMinutes(25).toMillis(), whole(layout(4)));
    assertEquals(OptionalLong.of(5), reader.lowestParkedOffset());
    reader.read(7, T + Duration.ofMinutes(25).toMillis() + 1, bare(layout(4)));
    assertEquals(
        List.of(
            "6: 4 columns, 1 rows",
            "5: layout %s of default job=\"node\" instance=\"db-1:9100\" target 4f1d did not come within PT25M"
                .formatted(layout(3).hash()),
            "7: 4 columns, 1 rows"),
        read);
    assertEquals(OptionalLong.empty(), reader.lowestParkedOffset());
    assertEquals(1, reader.deadLetters());
  }

  @Test
  void rowsThatWaitAreBoundedAndTheOldestGoFirst() {
    for (int i = 0; i < 20; i++) {
      read(i, bare(layout(10 + i)));
    }
    assertTrue(reader.parkedBytes() <= 2_000);
    assertTrue(reader.parkedRecords() > 2);
    assertEquals(20, reader.parkedRecords() + reader.deadLetters());
    assertTrue(read.getFirst().startsWith("0: layout "), read.getFirst());
    assertEquals(OptionalLong.of(reader.deadLetters()), reader.lowestParkedOffset());
  }

  @Test
  void recordsBeforeTheFirstOffsetTeachLayoutsAndGiveNoRows() {
    reader = reader(10);
    read(8, whole(layout(3)));
    read(9, bare(layout(4)));
    reader.read(9, T, new byte[] {1, 2, 3});
    read(10, bare(layout(3)));
    assertEquals(List.of("10: 3 columns, 1 rows"), read);
    assertEquals(OptionalLong.empty(), reader.lowestParkedOffset());
  }

  @Test
  void rowsOfAnOwnerThatWasReplacedAreDropped() {
    read(0, sampleRecord(layout(3), Optional.of(new LayoutFrame.Whole(layout(3))), 100));
    read(1, sampleRecord(layout(3), Optional.empty(), 200));
    read(2, sampleRecord(layout(3), Optional.empty(), 100));
    read(3, sampleRecord(layout(3), Optional.empty(), SampleRecord.NO_EPOCH));
    read(4, sampleRecord(layout(3), Optional.empty(), 200));
    assertEquals(
        List.of(
            "0: 3 columns, 1 rows",
            "1: 3 columns, 1 rows",
            "3: 3 columns, 1 rows",
            "4: 3 columns, 1 rows"),
        read);
    assertEquals(1, reader.staleEpochRows());
  }

  @Test
  void anEpochThatWasLearnedElsewhereCounts() {
    reader.learn(layout(3));
    reader.learnEpoch(group(), 200);
    read(0, sampleRecord(layout(3), Optional.empty(), 100));
    read(1, sampleRecord(layout(3), Optional.empty(), 200));
    reader.learnEpoch(group(), 150);
    read(2, sampleRecord(layout(3), Optional.empty(), 200));
    assertEquals(List.of("1: 3 columns, 1 rows", "2: 3 columns, 1 rows"), read);
  }

  @Test
  void aParkedRecordKeepsTheTimeAtWhichItWasAppended() {
    read(0, bare(layout(3)));
    read(7, whole(layout(3)));
    assertEquals(List.of(T, T + 7), appended);
    read(9, bare(layout(4)));
    reader.read(10, T + Duration.ofMinutes(26).toMillis(), bare(layout(3)));
    assertEquals(List.of(T, T + 7, T + 9), appended.subList(0, 3));
  }

  @Test
  void poisonBecomesADeadLetterAndReadingGoesOn() {
    reader.read(0, T, "{\"up\": 1}".getBytes(StandardCharsets.UTF_8));
    read(1, whole(layout(3)));
    byte[] truncated = Arrays.copyOf(bare(layout(3)), 60);
    reader.read(2, T, truncated);
    assertEquals(3, read.size());
    assertEquals(
        "0: record of 9 bytes starts with 7b22; records start with c301 (Avro's single-object"
            + " encoding) or 00 (Confluent's wire format)",
        read.get(0));
    assertEquals("1: 3 columns, 1 rows", read.get(1));
    assertTrue(read.get(2).startsWith("2: Avro record, byte "), read.get(2));
  }

  @Test
  void rowsThatDoNotFitTheirLayoutBecomeDeadLetters() {
    read(0, whole(layout(3)));
    SampleRecord wrong =
        new SampleRecord(
            group(),
            layout(3).hash(),
            Optional.empty(),
            List.of(Row.whole(T, new double[4])),
            1,
            OptionalLong.empty());
    read(1, WRITER.write(wrong));
    assertEquals(
        "1: default job=\"node\" instance=\"db-1:9100\" target 4f1d: row has 4 values, its layout"
            + " has 3 columns",
        read.getLast());
  }

  @Test
  void forgetsTheLayoutsLongestUnused() {
    read(0, whole(layout(60)));
    read(1, whole(layout(30)));
    read(2, bare(layout(60)));
    read(3, whole(layout(20)));
    assertEquals(2, reader.knownLayouts());
    read(4, bare(layout(30)));
    assertEquals(OptionalLong.of(4), reader.lowestParkedOffset());
    read(5, bare(layout(60)));
    assertEquals("5: 60 columns, 1 rows", read.getLast());
  }

  private void read(long offset, byte[] value) {
    reader.read(offset, T + offset, value);
  }

  private static byte[] whole(Layout layout) {
    return sampleRecord(layout, Optional.of(new LayoutFrame.Whole(layout)), 1);
  }

  private static byte[] bare(Layout layout) {
    return sampleRecord(layout, Optional.empty(), 1);
  }

  private static byte[] delta(Layout base, Layout grown) {
    return sampleRecord(
        grown,
        Optional.of(
            new LayoutFrame.Delta(base.hash(), grown.series().subList(base.size(), grown.size()))),
        1);
  }

  private static byte[] sampleRecord(Layout layout, Optional<LayoutFrame> frame, long epoch) {
    return WRITER.write(
        new SampleRecord(
            group(),
            layout.hash(),
            frame,
            List.of(Row.whole(T, new double[layout.size()])),
            epoch,
            OptionalLong.empty()));
  }

  private static GroupKey group() {
    return new GroupKey(
        new PartitionKey.OfTarget(Tenant.DEFAULT, "node", "db-1:9100"), "4f1d", Slice.WHOLE);
  }

  private static Layout layout(int size) {
    return Layout.of(
        IntStream.range(0, size)
            .mapToObj(i ->
                new SeriesMeta(
                    Labels.of(Labels.NAME, "node_cpu_seconds_total", "cpu", "%03d".formatted(i)),
                    MetricType.COUNTER))
            .toList());
  }
}
