package dev.weir.blocks.tsdb;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.blocks.tsdb.chunk.SampleList;
import dev.weir.model.Labels;
import dev.weir.model.NativeHistogram;
import dev.weir.model.TimeRange;
import dev.weir.model.WeirException;
import dev.weir.testing.Directories;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TsdbBlockTest {
  private static final Ulid ULID = new Ulid("01HF0000000000000000000000");
  private static final long NOON = 1_700_049_600_000L;

  @TempDir private Path directory;

  /// Series as an exporter has them, with samples of all kinds.
  private static Map<Labels, SampleList> series(int count, Random random) {
    Map<Labels, SampleList> series = new TreeMap<>();
    for (int i = 0; i < count; i++) {
      Labels labels =
          Labels.of(
              "__name__",
              i % 3 == 0 ? "http_request_duration_seconds" : "node_cpu_seconds_total",
              "instance",
              "web-%02d:9100".formatted(i % 7),
              "path",
              i % 5 == 0 ? "" : "/größe/" + i);
      series.put(labels, SampleList.random(random, 1 + random.nextInt(300), NOON));
    }
    return series;
  }

  private TsdbMeta write(Map<Labels, SampleList> series, long maxSegmentBytes) {
    try (TsdbBlockWriter writer = new TsdbBlockWriter(directory, ULID, maxSegmentBytes)) {
      // Backwards, as the order is the writer's affair.
      List<Labels> order = List.copyOf(series.keySet()).reversed();
      for (Labels labels : order) {
        try (TsdbBlockWriter.Series one = writer.open(labels)) {
          requireNonNull(series.get(labels)).sendTo(one);
        }
      }
      return writer.finish();
    }
  }

  private void assertHolds(TsdbBlock block, Map<Labels, SampleList> series) {
    assertEquals(series.size(), block.seriesCount());
    int place = 0;
    for (Map.Entry<Labels, SampleList> expected : series.entrySet()) {
      TsdbSeries one = block.series(block.reference(place++));
      assertEquals(expected.getKey(), one.labels());
      SampleList read = new SampleList();
      block.read(one, TimeRange.ALL, read);
      read.assertIs(expected.getValue());
    }
  }

  @Test
  void whatIsWrittenIsRead() {
    for (int seed = 0; seed < 20; seed++) {
      Map<Labels, SampleList> series = series(1 + seed * 5, new Random(seed));
      TsdbMeta meta = write(series, 1 << 14);
      try (TsdbBlock block = new TsdbBlock(directory.resolve(ULID.text()))) {
        assertEquals(meta, block.meta());
        assertHolds(block, series);
      }
      assertEquals(
          series.values().stream().mapToLong(list -> list.samples().size()).sum(), meta.samples());
      Directories.delete(directory.resolve(ULID.text()));
    }
  }

  @Test
  void aSeriesGoesOnWhereItWasClosed() {
    Labels up = Labels.of("__name__", "up");
    try (TsdbBlockWriter writer = new TsdbBlockWriter(directory, ULID)) {
      for (int piece = 0; piece < 3; piece++) {
        try (TsdbBlockWriter.Series series = writer.open(up)) {
          for (int i = 0; i < 200; i++) {
            series.value(NOON + (piece * 200 + i) * 15_000L, 0, 1);
          }
        }
      }
      writer.finish();
    }
    try (TsdbBlock block = new TsdbBlock(directory.resolve(ULID.text()))) {
      SampleList read = new SampleList();
      block.read(block.series(block.reference(0)), TimeRange.ALL, read);
      assertEquals(600, read.samples().size());
    }
  }

  @Test
  void aRangeTakesItsSamplesAlone() {
    Map<Labels, SampleList> series = series(5, new Random(7));
    write(series, 1 << 14);
    TimeRange range = new TimeRange(NOON + 60_000, NOON + 600_000);
    try (TsdbBlock block = new TsdbBlock(directory.resolve(ULID.text()))) {
      int place = 0;
      for (SampleList all : series.values()) {
        SampleList read = new SampleList();
        block.read(block.series(block.reference(place++)), range, read);
        assertEquals(
            all.samples().stream().map(SampleList.Sample::millis).filter(range::contains).toList(),
            read.samples().stream().map(SampleList.Sample::millis).toList());
      }
    }
  }

  @Test
  void aBlockThatIsNotFinishedIsGone() throws IOException {
    try (TsdbBlockWriter writer = new TsdbBlockWriter(directory, ULID)) {
      try (TsdbBlockWriter.Series series = writer.open(Labels.of("__name__", "up"))) {
        series.value(NOON, 0, 1);
      }
    }
    try (var left = Files.list(directory)) {
      assertEquals(List.of(), left.toList());
    }
  }

  @Test
  void deletedSamplesAreLeftOutAndTakeWhatIsKnownOfResetsWithThem() throws IOException {
    Labels labels = Labels.of("__name__", "http_request_duration_seconds");
    SampleList samples = new SampleList();
    for (int i = 0; i < 5; i++) {
      samples.histogram(NOON + i * 15_000L, 0, histogram(10 + i));
    }
    write(Map.of(labels, samples), 1 << 20);
    Path path = directory.resolve(ULID.text());
    int reference;
    try (TsdbBlock block = new TsdbBlock(path)) {
      reference = block.reference(0);
      assertEquals(0, block.deletionsChecksum());
    }
    Files.write(path.resolve("tombstones"), tombstone(reference, NOON + 15_000, NOON + 30_000));
    try (TsdbBlock block = new TsdbBlock(path)) {
      SampleList read = new SampleList();
      block.read(block.series(reference), TimeRange.ALL, read);
      assertEquals(
          List.of(NOON, NOON + 45_000, NOON + 60_000),
          read.samples().stream().map(SampleList.Sample::millis).toList());
      assertEquals(
          List.of(
              NativeHistogram.ResetHint.UNKNOWN,
              NativeHistogram.ResetHint.UNKNOWN,
              NativeHistogram.ResetHint.NOT_RESET),
          read.hints());
      assertFalse(block.deletionsChecksum() == 0);
    }
  }

  private static NativeHistogram histogram(int count) {
    return new NativeHistogram(
        NativeHistogram.ResetHint.UNKNOWN,
        0,
        0,
        0,
        count,
        count,
        new NativeHistogram.Buckets(new int[] {1}, new int[] {1}, new double[] {count}),
        NativeHistogram.Buckets.NONE,
        new double[0]);
  }

  private byte[] tombstone(int series, long start, long end) throws IOException {
    Path file = directory.resolve("stones");
    try (TsdbOutput out = new TsdbOutput(file)) {
      out.writeU32(0x0130BA30).writeByte(1);
      out.startChecksum();
      out.writeUvarint(Integer.toUnsignedLong(series)).writeVarint(start).writeVarint(end);
      out.writeChecksum();
      out.sync();
    }
    return Files.readAllBytes(file);
  }

  /// Every byte of every file, changed and cut off: the right samples, or an error that names the
  /// file.
  @Test
  void damageIsFoundWhereverItIs() throws IOException {
    Map<Labels, SampleList> series = new TreeMap<>();
    series.put(Labels.of("__name__", "up", "job", "node"), SampleList.random(new Random(3), 9, 0));
    series.put(Labels.of("__name__", "up", "job", "web"), SampleList.random(new Random(5), 9, 0));
    write(series, 1 << 20);
    Path path = directory.resolve(ULID.text());
    for (String name : List.of("index", "chunks/000001", "tombstones")) {
      Path file = path.resolve(name);
      byte[] whole = Files.readAllBytes(file);
      for (int at = 0; at < whole.length; at++) {
        byte[] changed = whole.clone();
        changed[at] ^= (byte) (1 << at % 8);
        assertReadsOrNames(path, file, changed, series);
        assertReadsOrNames(path, file, Arrays.copyOf(whole, at), series);
      }
      Files.write(file, whole);
    }
  }

  private void assertReadsOrNames(
      Path path, Path file, byte[] content, Map<Labels, SampleList> series) throws IOException {
    Files.write(file, content);
    try (TsdbBlock block = new TsdbBlock(path)) {
      assertHolds(block, series);
    } catch (WeirException.Corrupt | WeirException.BadData e) {
      assertTrue(e.getMessage().startsWith(file.toString()), e.getMessage());
    }
  }

  @Test
  void aDirectoryThatIsNoBlockIsRefused() {
    WeirException.BadData error =
        assertThrows(WeirException.BadData.class, () -> new TsdbBlock(directory));
    assertTrue(error.getMessage().endsWith("a Prometheus block is a directory that has one"));
  }
}
