package dev.weir.blocks.exchange;

import static dev.weir.blocks.exchange.StoredSeries.assertSame;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.blocks.block.BlockReader;
import dev.weir.blocks.block.BlockWriter;
import dev.weir.blocks.catalog.BlockSnapshot;
import dev.weir.blocks.deletion.Deletion;
import dev.weir.blocks.deletion.DeletionLog;
import dev.weir.blocks.store.BlockName;
import dev.weir.blocks.store.DeletionName;
import dev.weir.blocks.store.MemoryBlockStore;
import dev.weir.blocks.store.OffsetRange;
import dev.weir.blocks.tsdb.TsdbBlock;
import dev.weir.blocks.tsdb.TsdbBlockWriter;
import dev.weir.blocks.tsdb.TsdbMeta;
import dev.weir.blocks.tsdb.Ulid;
import dev.weir.blocks.tsdb.chunk.SampleList;
import dev.weir.model.GroupKey;
import dev.weir.model.Labels;
import dev.weir.model.Matcher;
import dev.weir.model.MetricType;
import dev.weir.model.PartitionKey;
import dev.weir.model.SeriesMeta;
import dev.weir.model.Slice;
import dev.weir.model.Tenant;
import dev.weir.model.TimeRange;
import dev.weir.model.WeirException;
import dev.weir.model.source.GroupSamples;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExchangeTest {
  private static final Tenant SHOP = new Tenant("shop");
  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.ofEpochMilli(1_700_100_000_000L));
  private static final long NOON = 1_700_049_600_000L;

  @TempDir private Path directory;
  private MemoryBlockStore store;

  @BeforeEach
  void makeStore() {
    store = new MemoryBlockStore();
  }

  /// Series of targets and others, with samples of all kinds; those of a target mostly at the same
  /// times.
  private static Map<Labels, SampleList> series(int count, Random random) {
    Map<Labels, SampleList> series = new TreeMap<>();
    for (int i = 0; i < count; i++) {
      Labels.Builder labels =
          Labels.builder()
              .set("__name__", i % 3 == 0 ? "rpc_duration_seconds" : "node_cpu_seconds_total")
              .set("cpu", "cpu " + i);
      if (i % 4 > 0) {
        labels.set("job", "node").set("instance", "web-%d:9100".formatted(i % 3));
      }
      long from = NOON + (random.nextInt(4) == 0 ? random.nextInt(100_000_000) : 0);
      series.put(
          labels.build(),
          SampleList.random(random, 1 + random.nextInt(random.nextInt(5) > 0 ? 40 : 300), from));
    }
    return series;
  }

  private Path writeTsdb(Map<Labels, SampleList> series, int name) {
    Path parent = directory.resolve("prometheus");
    Ulid ulid = Ulid.of(NOON, new Random(name));
    try (TsdbBlockWriter writer = new TsdbBlockWriter(parent, ulid)) {
      series.forEach((labels, samples) -> {
        try (TsdbBlockWriter.Series one = writer.open(labels)) {
          samples.sendTo(one);
        }
      });
      writer.finish();
    }
    return parent.resolve(ulid.text());
  }

  private TsdbImport.Options options(List<Matcher> matchers, TimeRange range, Duration duration) {
    return new TsdbImport.Options(SHOP, matchers, range, duration);
  }

  private WorkFiles work() {
    return new WorkFiles(directory.resolve("work"), CLOCK.instant());
  }

  private TsdbImport everything() {
    return new TsdbImport(
        store, options(List.of(), TimeRange.ALL, Duration.ofDays(1)), work(), CLOCK);
  }

  private TsdbImport.Outcome run(TsdbImport tsdbImport, Path block) {
    try (TsdbBlock opened = new TsdbBlock(block)) {
      return tsdbImport.run(opened, StoredSeries.list(store), (_, _) -> {});
    }
  }

  private static TsdbExport export(Duration duration) {
    return new TsdbExport(
        new TsdbExport.Options(SHOP, List.of(), TimeRange.ALL, duration), CLOCK, new Random(5));
  }

  @Test
  void samplesComeThroughBothWays() {
    for (int seed = 0; seed < 6; seed++) {
      Random random = new Random(seed);
      Map<Labels, SampleList> series = series(1 + random.nextInt(40), random);
      store = new MemoryBlockStore();
      // Blocks of few series and small tables, so that all of it is cut in all ways.
      TsdbImport cut =
          new TsdbImport(
              store,
              options(List.of(), TimeRange.ALL, Duration.ofHours(6 + random.nextInt(100))),
              work(),
              CLOCK,
              8 + random.nextInt(30),
              1 << random.nextInt(15));
      TsdbImport.Outcome outcome = run(cut, writeTsdb(series, seed));
      long samples = series.values().stream().mapToLong(list -> list.samples().size()).sum();
      assertEquals(samples, outcome.samples());
      assertEquals(series.size(), outcome.series());
      Map<Labels, SampleList> imported = StoredSeries.of(store, SHOP);
      assertSame(series, imported);

      Path exported = directory.resolve("exported" + seed);
      TsdbExport.Outcome back =
          export(Duration.ofHours(2L * (6 + random.nextInt(30))))
              .run(StoredSeries.list(store), exported, (_, _) -> {});
      assertEquals(samples, back.blocks().stream().mapToLong(TsdbMeta::samples).sum());
      assertSame(imported, StoredSeries.of(exported));

      MemoryBlockStore second = new MemoryBlockStore();
      for (Path block : TsdbBlock.find(exported)) {
        try (TsdbBlock opened = new TsdbBlock(block)) {
          new TsdbImport(
                  second, options(List.of(), TimeRange.ALL, Duration.ofDays(1)), work(), CLOCK)
              .run(opened, StoredSeries.list(second), (_, _) -> {});
        }
      }
      assertSame(imported, StoredSeries.of(second, SHOP));
    }
  }

  @Test
  void exportedBlocksKeepToTheirStretchesOfTime() {
    Random random = new Random(3);
    run(everything(), writeTsdb(series(10, random), 3));
    TsdbExport.Outcome outcome =
        export(Duration.ofHours(24))
            .run(StoredSeries.list(store), directory.resolve("out"), (_, _) -> {});
    long length = Duration.ofHours(24).toMillis();
    for (TsdbMeta meta : outcome.blocks()) {
      assertEquals(
          Math.floorDiv(meta.minMillis(), length), Math.floorDiv(meta.maxMillis() - 1, length));
    }
  }

  /// Prometheus takes them by remote write, and puts anything into JSON in place of what is not.
  @Test
  void seriesWhoseLabelsAreNotUtf8AreLeftOutAlone() throws IOException {
    Labels shop = Labels.of("__name__", "orders_total", "shop", "Karst");
    Labels cafe = Labels.of("__name__", "orders_total", "shop", "Caf\u00e9");
    Map<Labels, SampleList> series = new TreeMap<>();
    series.put(shop, SampleList.random(new Random(1), 5, NOON));
    series.put(cafe, SampleList.random(new Random(2), 5, NOON));
    Path block = writeTsdb(series, 1);
    Path index = block.resolve("index");
    byte[] bytes = Files.readAllBytes(index);
    ByteBuffer symbols = ByteBuffer.wrap(bytes);
    int length = symbols.getInt(5);
    for (int i = 9; i < 9 + length; i++) {
      if (bytes[i] == (byte) 0xc3) {
        // In ISO 8859-1, as it came to be: one byte, and another that follows.
        bytes[i] = (byte) 0xe9;
        bytes[i + 1] = '!';
      }
    }
    CRC32C crc = new CRC32C();
    crc.update(bytes, 9, length);
    symbols.putInt(9 + length, (int) crc.getValue());
    Files.write(index, bytes);

    TsdbImport.Outcome outcome = run(everything(), block);
    assertEquals(1, outcome.series());
    assertEquals(1, outcome.leftOut().count());
    assertEquals(
        List.of(Labels.of("__name__", "orders_total", "shop", "Caf\ufffd!")),
        outcome.leftOut().first());
    assertEquals(Set.of(shop), StoredSeries.of(store, SHOP).keySet());
  }

  @Test
  void anImportIsDoneOnce() {
    Path block = writeTsdb(series(9, new Random(1)), 1);
    TsdbImport.Outcome first = run(everything(), block);
    List<String> names = StoredSeries.list(store).blocks().stream().map(BlockReader::name).toList();
    // The last has no samples, and is not counted.
    assertEquals(first.blocks(), names.size() - 1);
    assertTrue(names.getFirst().startsWith("imports/shop/"));

    assertTrue(run(everything(), block).known());
    assertEquals(names, StoredSeries.list(store).blocks().stream().map(BlockReader::name).toList());
  }

  @Test
  void whatWasDeletedComesWithAnotherImport() {
    Map<Labels, SampleList> series = series(9, new Random(1));
    Path block = writeTsdb(series, 1);
    run(everything(), block);
    BlockSnapshot before = StoredSeries.list(store);
    new DeletionLog(store)
        .publish(
            new Deletion(
                new DeletionName(SHOP, CLOCK.millis(), 1),
                List.of(List.of(Matcher.regex("__name__", ".+"))),
                TimeRange.ALL,
                List.of(),
                before.imports(SHOP).stream().map(BlockReader::name).toList()));
    assertEquals(Map.of(), StoredSeries.of(store, SHOP));
    assertTrue(run(everything(), block).known());

    TsdbImport.Options again =
        new TsdbImport.Options(SHOP, List.of(), TimeRange.ALL, Duration.ofDays(1), true);
    assertFalse(run(new TsdbImport(store, again, work(), CLOCK), block).known());
    assertSame(series, StoredSeries.of(store, SHOP));
  }

  @Test
  void anImportThatWasBrokenOffGoesOn() {
    Map<Labels, SampleList> series = series(30, new Random(2));
    Path block = writeTsdb(series, 2);
    TsdbImport.Options hourly = options(List.of(), TimeRange.ALL, Duration.ofHours(20));
    TsdbImport.Outcome whole = run(new TsdbImport(store, hourly, work(), CLOCK), block);
    List<String> names = StoredSeries.list(store).blocks().stream().map(BlockReader::name).toList();
    // As if it had ended before the last two: what says that it is whole comes last.
    store.delete(names.getLast());
    store.delete(names.get(names.size() - 2));

    TsdbImport.Outcome rest = run(new TsdbImport(store, hourly, work(), CLOCK), block);
    assertEquals(1, rest.blocks());
    assertEquals(whole.blocks() - 1, rest.present());
    assertSame(series, StoredSeries.of(store, SHOP));
  }

  @Test
  void whatWasDeletedSinceIsImportedAgain() {
    Map<Labels, SampleList> series = series(9, new Random(1));
    Path block = writeTsdb(series, 1);
    run(everything(), block);
    // As retention does, before somebody makes it longer.
    store.delete(StoredSeries.list(store).blocks().getFirst().name());
    assertEquals(1, run(everything(), block).blocks());
    assertSame(series, StoredSeries.of(store, SHOP));
    assertTrue(run(everything(), block).known());
  }

  @Test
  void partOfABlockIsAnImportOfItsOwn() {
    Map<Labels, SampleList> series = series(20, new Random(4));
    Path block = writeTsdb(series, 4);
    Matcher cpu = Matcher.equal("__name__", "node_cpu_seconds_total");
    TimeRange range = new TimeRange(NOON + 60_000, NOON + 3_600_000);
    run(
        new TsdbImport(store, options(List.of(cpu), range, Duration.ofDays(1)), work(), CLOCK),
        block);
    Map<Labels, SampleList> expected = new TreeMap<>();
    series.forEach((labels, samples) -> {
      SampleList part = samples.in(range);
      if (cpu.matches(labels.metricName()) && !part.samples().isEmpty()) {
        expected.put(labels, part);
      }
    });
    Map<Labels, SampleList> found = StoredSeries.of(store, SHOP);
    assertEquals(expected.keySet(), found.keySet());
    assertEquals(
        expected.values().stream().mapToInt(list -> list.samples().size()).sum(),
        found.values().stream().mapToInt(list -> list.samples().size()).sum());

    assertEquals(false, run(everything(), block).known());
    assertSame(series, StoredSeries.of(store, SHOP));
  }

  @Test
  void whatPrometheusCompactedSinceIsNotImportedAgain() throws IOException {
    Map<Labels, SampleList> series = series(5, new Random(6));
    Path block = writeTsdb(series, 6);
    run(everything(), block);
    Path compacted = writeTsdb(series, 7);
    Path meta = compacted.resolve("meta.json");
    Files.writeString(
        meta,
        Files.readString(meta)
            .replaceFirst(
                "(?s)\"sources\": \\[.*?\\]",
                "\"sources\": [\"%s\"]".formatted(block.getFileName())));
    assertTrue(run(everything(), compacted).known());
  }

  @Test
  void whatWeirTookItselfWins() {
    Labels up = Labels.of("__name__", "up", "job", "node", "instance", "web-1:9100");
    SampleList imported = new SampleList();
    SampleList both = new SampleList();
    for (int i = 0; i < 4; i++) {
      imported.value(NOON + i * 15_000L, 0, 1);
      both.value(NOON + i * 15_000L, 0, i < 2 ? 0 : 1);
    }
    run(everything(), writeTsdb(Map.of(up, imported), 8));
    Path file = directory.resolve("link");
    try (BlockWriter writer =
        new BlockWriter(
            file,
            BlockWriter.Description.link(new OffsetRange("weir.samples", 0, 7, 9), NOON),
            BlockWriter.Options.SMALL)) {
      writer.add(
          new GroupKey(PartitionKey.of(SHOP, up), "http://web-1:9100/metrics", Slice.WHOLE),
          List.of(new SeriesMeta(up, MetricType.GAUGE)),
          new GroupSamples(
              new long[] {NOON, NOON + 15_000},
              List.of(GroupSamples.Column.ofValues(new double[] {0, 0}))));
      writer.finish();
    }
    store.publish(new BlockName.Chain("weir.samples", 0, 7).path(), file);
    assertSame(Map.of(up, both), StoredSeries.of(store, SHOP));
    BlockSnapshot snapshot = StoredSeries.list(store);
    assertTrue(snapshot.chain("weir.samples", 0).isWhole());
    assertEquals(Map.of(), snapshot.superseded());
    assertEquals(List.of(), snapshot.missing(SHOP));
  }

  @Test
  void whatIsDeletedIsNotExported() {
    Map<Labels, SampleList> series = series(20, new Random(10));
    run(everything(), writeTsdb(series, 10));
    Matcher cpu = Matcher.equal("__name__", "node_cpu_seconds_total");
    Matcher first = Matcher.equal("cpu", "cpu 0");
    delete(cpu, TimeRange.ALL);
    delete(first, new TimeRange(NOON + 100_000, Long.MAX_VALUE));
    Map<Labels, SampleList> expected = new TreeMap<>();
    series.forEach((labels, samples) -> {
      SampleList left =
          first.matches(labels.get("cpu")) ? samples.in(new TimeRange(0, NOON + 99_999)) : samples;
      if (!cpu.matches(labels.metricName()) && !left.samples().isEmpty()) {
        expected.put(labels, left);
      }
    });
    Path target = directory.resolve("out");
    export(Duration.ofHours(2)).run(StoredSeries.list(store), target, (_, _) -> {});
    Map<Labels, SampleList> exported = StoredSeries.of(target);
    assertEquals(expected.keySet(), exported.keySet());
    expected.forEach((labels, samples) ->
        assertEquals(
            samples.samples().size(),
            exported.getOrDefault(labels, new SampleList()).samples().size(),
            labels.toString()));
  }

  /// Deletes what was imported.
  private void delete(Matcher matcher, TimeRange range) {
    List<String> imports =
        StoredSeries.list(store).imports(SHOP).stream().map(BlockReader::name).toList();
    DeletionName name = new DeletionName(SHOP, NOON, matcher.hashCode());
    new DeletionLog(store)
        .publish(new Deletion(name, List.of(List.of(matcher)), range, List.of(), imports));
  }

  @Test
  void aDirectoryWithBlocksOfTheSameTimeIsRefused() {
    run(everything(), writeTsdb(series(3, new Random(9)), 9));
    Path target = directory.resolve("prometheus");
    WeirException.BadData error =
        assertThrows(
            WeirException.BadData.class,
            () -> export(Duration.ofHours(2)).run(StoredSeries.list(store), target, (_, _) -> {}));
    assertTrue(error.getMessage().contains("give another directory"), error.getMessage());
  }

  @Test
  void blocksAreMultiplesOfTwoHours() {
    assertThrows(WeirException.BadData.class, () -> export(Duration.ofHours(3)));
  }
}
