package dev.weir.blocks.backup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.blocks.block.BlockCache;
import dev.weir.blocks.block.BlockFixture;
import dev.weir.blocks.block.BlockReader;
import dev.weir.blocks.block.BlockWriter;
import dev.weir.blocks.catalog.BlockCatalog;
import dev.weir.blocks.catalog.BlockSnapshot;
import dev.weir.blocks.compaction.CompactionPolicy;
import dev.weir.blocks.compaction.CompactionTask;
import dev.weir.blocks.compaction.Compactor;
import dev.weir.blocks.deletion.Deletion;
import dev.weir.blocks.merge.MergedSeriesSource;
import dev.weir.blocks.store.BlockName;
import dev.weir.blocks.store.DeletionName;
import dev.weir.blocks.store.LocalBlockStore;
import dev.weir.blocks.store.OffsetRange;
import dev.weir.model.Labels;
import dev.weir.model.Matcher;
import dev.weir.model.Tenant;
import dev.weir.model.TimeRange;
import dev.weir.model.source.GroupCursor;
import dev.weir.model.source.GroupSamples;
import dev.weir.model.source.SelectHints;
import dev.weir.model.source.SeriesGroup;
import dev.weir.model.source.SeriesSource;
import dev.weir.testing.GroupRow;
import dev.weir.testing.GroupRow.Sample;
import dev.weir.testing.HeldClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/// A directory of blocks, of two tenants, and backups of it.
abstract class BackupFixture {
  static final String TOPIC = "weir.samples";
  static final List<Tenant> TENANTS = List.of(new Tenant("team-a"), new Tenant("team-b"));
  static final Labels UP = Labels.of("__name__", "up", "job", "node", "instance", "a:9100");
  static final Labels LOAD =
      Labels.of("__name__", "node_load1", "job", "node", "instance", "a:9100");

  @TempDir Path directory;
  final HeldClock clock = HeldClock.at("2026-03-01T12:00:00Z");
  LocalBlockStore store;
  Path backup;

  @BeforeEach
  void open() {
    store = new LocalBlockStore(directory.resolve("data/blocks"), clock);
    backup = directory.resolve("backup");
  }

  void publish(String name, BlockWriter.Description description, List<GroupRow> rows)
      throws IOException {
    Path file = directory.resolve("unpublished");
    try (BlockWriter writer = new BlockWriter(file, description, BlockWriter.Options.SMALL)) {
      BlockFixture.addAll(rows, writer);
      writer.finish();
    }
    assertTrue(store.publish(name, file));
    Files.delete(file);
  }

  void link(long number) throws IOException {
    link(number, number * 15_000);
  }

  void link(long number, long timeMillis) throws IOException {
    List<GroupRow> rows = new ArrayList<>();
    for (Tenant tenant : TENANTS) {
      rows.addAll(
          GroupRow.of(
              tenant,
              List.of(Sample.of(UP, timeMillis, 1), Sample.of(LOAD, timeMillis, number / 10.0))));
    }
    publish(
        new BlockName.Chain(TOPIC, 0, number * 10).path(),
        BlockWriter.Description.link(
            new OffsetRange(TOPIC, 0, number * 10, number * 10 + 10), clock.millis()),
        rows);
  }

  /// Five links, four of them merged for each tenant; an import that overlaps; `up` of team A is
  /// deleted up to the fourth link.
  void fill() throws IOException {
    for (int i = 0; i < 4; i++) {
      link(i);
    }
    merge();
    BlockCatalog catalog = new BlockCatalog(store, new BlockCache(1 << 20));
    link(4);
    publish(
        new BlockName.Imported(TENANTS.get(0), "0123456789abcdef0123456789abcdef", 0).path(),
        BlockWriter.Description.imported(List.of("a block of Prometheus"), clock.millis()),
        GroupRow.of(
            TENANTS.get(0),
            List.of(Sample.of(UP, -15_000, 7), Sample.of(UP, 0, 8), Sample.of(LOAD, 0, 99))));
    catalog
        .deletions()
        .publish(
            new Deletion(
                new DeletionName(TENANTS.get(0), clock.millis(), 1),
                List.of(List.of(Matcher.equal("__name__", "up"))),
                TimeRange.ALL,
                List.of(new Deletion.Cut(TOPIC, 0, 40)),
                List.of()));
  }

  void merge() {
    Compactor compactor =
        new Compactor(store, directory.resolve("work"), BlockWriter.Options.COMPACTED, clock);
    CompactionTask.plan(
            new BlockCatalog(store, new BlockCache(1 << 20)).refresh(),
            new CompactionPolicy(2, 9, 1L << 30),
            _ -> true)
        .forEach(compactor::run);
  }

  void deleteLinks(int from, int to) {
    for (int i = from; i < to; i++) {
      assertTrue(store.delete(new BlockName.Chain(TOPIC, 0, i * 10L).path()));
    }
  }

  static Map<String, Double> samples(Path blocks, Tenant tenant) {
    BlockSnapshot snapshot =
        new BlockCatalog(new LocalBlockStore(blocks), new BlockCache(1 << 20)).refresh();
    assertEquals(List.of(), snapshot.missing(tenant));
    for (BlockReader block : snapshot.blocks()) {
      assertEquals(List.of(), block.verify());
    }
    List<SeriesSource> sources =
        new ArrayList<>(snapshot.sources(tenant, snapshot.blocks(tenant), TimeRange.ALL));
    sources.addAll(snapshot.sources(tenant, snapshot.imports(tenant), TimeRange.ALL));
    Map<String, Double> samples = new TreeMap<>();
    try (GroupCursor cursor =
        new MergedSeriesSource(sources, Runnable::run)
            .select(tenant, List.of(), TimeRange.ALL, SelectHints.NONE)) {
      for (SeriesGroup group = cursor.next(); group != null; group = cursor.next()) {
        GroupSamples read = group.read();
        for (int column = 0; column < group.series().size(); column++) {
          for (int i = 0; i < read.timestampsMillis().length; i++) {
            if (read.columns().get(column).hasSample(i)) {
              samples.put(
                  group.series().get(column).labels().metricName()
                      + " "
                      + read.timestampsMillis()[i],
                  read.columns().get(column).values()[i]);
            }
          }
        }
      }
    }
    return samples;
  }

  Map<Tenant, Map<String, Double>> all(Path blocks) {
    Map<Tenant, Map<String, Double>> all = new TreeMap<>();
    TENANTS.forEach(tenant -> all.put(tenant, samples(blocks, tenant)));
    return all;
  }

  Backup.Outcome back() {
    return new Backup(store, clock).into(backup, (_, _) -> {});
  }

  Backup.Outcome replace() {
    return new Backup(store, clock).into(backup, Backup.Earlier.REPLACE, (_, _) -> {});
  }

  Restore.Outcome restore(Path blocks, boolean asItWas) {
    return new Restore(backup, blocks, clock).run(asItWas, (_, _) -> {});
  }

  static List<String> names(Path blocks) throws IOException {
    try (Stream<Path> files = Files.walk(blocks)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> blocks.relativize(file).toString())
          .sorted()
          .toList();
    }
  }
}
