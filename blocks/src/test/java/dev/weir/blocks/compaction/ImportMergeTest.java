package dev.weir.blocks.compaction;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.blocks.block.BlockCache;
import dev.weir.blocks.block.BlockFixture;
import dev.weir.blocks.block.BlockReader;
import dev.weir.blocks.block.BlockWriter;
import dev.weir.blocks.catalog.BlockCatalog;
import dev.weir.blocks.catalog.BlockSnapshot;
import dev.weir.blocks.deletion.Deletion;
import dev.weir.blocks.merge.MergedSeriesSource;
import dev.weir.blocks.store.BlockName;
import dev.weir.blocks.store.DeletionName;
import dev.weir.blocks.store.MemoryBlockStore;
import dev.weir.blocks.store.OffsetRange;
import dev.weir.model.Labels;
import dev.weir.model.Matcher;
import dev.weir.model.Tenant;
import dev.weir.model.TimeRange;
import dev.weir.model.source.SeriesSource;
import dev.weir.testing.GroupRow;
import dev.weir.testing.GroupRow.Sample;
import dev.weir.testing.HeldClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Imported blocks become larger ones, and what queries find stays what it was.
class ImportMergeTest {
  private static final Tenant TENANT = new Tenant("team-a");
  private static final Labels UP = Labels.of("__name__", "up", "job", "node", "instance", "a:9100");
  private static final Labels LOAD =
      Labels.of("__name__", "node_load1", "job", "node", "instance", "a:9100");
  private static final long HOUR = 3_600_000;

  /// The longest span of these is 36 hours.
  private static final CompactionPolicy POLICY = new CompactionPolicy(2, 48, 1L << 30);

  @TempDir private Path directory = Path.of("");

  private final HeldClock clock = HeldClock.at("2026-03-01T12:00:00Z");
  private final MemoryBlockStore store = new MemoryBlockStore();
  private final BlockCatalog catalog = new BlockCatalog(store, new BlockCache(1 << 20));

  private static BlockName.Imported name(int source, int number) {
    return new BlockName.Imported(TENANT, "%032x".formatted(source), number);
  }

  private void publish(String name, BlockWriter.Description description, List<GroupRow> rows)
      throws IOException {
    Path file = directory.resolve("unpublished");
    try (BlockWriter writer = new BlockWriter(file, description, BlockWriter.Options.SMALL)) {
      BlockFixture.addAll(rows, writer);
      writer.finish();
    }
    assertTrue(store.publish(name, file));
    Files.delete(file);
  }

  private void publish(BlockName.Imported name, Sample... samples) throws IOException {
    publish(
        name.path(),
        BlockWriter.Description.imported(List.of(), clock.millis()),
        GroupRow.of(TENANT, List.of(samples)));
  }

  private static Map<String, Double> found(BlockSnapshot snapshot) {
    List<SeriesSource> sources =
        new ArrayList<>(snapshot.sources(TENANT, snapshot.blocks(TENANT), TimeRange.ALL));
    sources.addAll(snapshot.sources(TENANT, snapshot.imports(TENANT), TimeRange.ALL));
    return StoredSamples.of(new MergedSeriesSource(sources), TENANT);
  }

  private Compactor compactor() {
    return new Compactor(store, directory.resolve("work"), BlockWriter.Options.COMPACTED, clock);
  }

  /// Merges until nothing is left to merge; returns how many blocks were made.
  private int mergeAll() {
    int made = 0;
    for (List<ImportTask> tasks = plan(); !tasks.isEmpty(); tasks = plan()) {
      for (ImportTask task : tasks) {
        assertTrue(compactor().run(task).published(), () -> task.target().path());
        made++;
      }
      assertTrue(made < 1000, "merging ends");
    }
    return made;
  }

  private List<ImportTask> plan() {
    return ImportTask.plan(catalog.refresh(), POLICY, _ -> true);
  }

  private List<String> counting() {
    return catalog.refresh().imports(TENANT).stream().map(BlockReader::name).toList();
  }

  @Test
  void blocksOfOneSpanBecomeOne() throws IOException {
    for (int hour = 0; hour < 72; hour += 12) {
      publish(name(7, hour / 12), Sample.of(UP, hour * HOUR, hour));
    }
    Map<String, Double> before = found(catalog.refresh());
    assertEquals(6, before.size());
    assertEquals(2, mergeAll());
    assertEquals(
        List.of(
            new BlockName.Imported(TENANT, "%032x".formatted(7), 0, 2).path(),
            new BlockName.Imported(TENANT, "%032x".formatted(7), 3, 2).path()),
        counting());
    assertEquals(before, found(catalog.refresh()));
    assertEquals(6, catalog.current().superseded().size());
    assertEquals(0, mergeAll());
    // What they were made from goes after a while, and nothing is missing.
    clock.advance(Duration.ofDays(20_000));
    SupersededBlocks sweep = new SupersededBlocks(store, Duration.ofMinutes(30), clock);
    assertEquals(6, sweep.sweep(catalog.refresh()).size());
    assertEquals(before, found(catalog.refresh()));
    catalog.current().blocks().forEach(block -> assertEquals(List.of(), block.verify()));
  }

  @Test
  void whatCameThroughKafkaStillWins() throws IOException {
    publish(name(1, 0), Sample.of(UP, 0, 1), Sample.of(UP, HOUR, 1));
    publish(name(2, 0), Sample.of(UP, 0, 2), Sample.of(UP, 2 * HOUR, 2));
    publish(
        new BlockName.Chain("weir.samples", 0, 0).path(),
        BlockWriter.Description.link(new OffsetRange("weir.samples", 0, 0, 10), clock.millis()),
        GroupRow.of(TENANT, List.of(Sample.of(UP, 0, 0))));
    Map<String, Double> before = found(catalog.refresh());
    assertEquals(Set.of(0.0, 1.0, 2.0), Set.copyOf(before.values()));
    assertEquals(1, mergeAll());
    assertEquals(before, found(catalog.refresh()));
  }

  @Test
  void anImportIsNotPassedByOneThatItWinsOver() throws IOException {
    // The second lies in another span, and wins over the third at one time.
    publish(name(1, 0), Sample.of(UP, 0, 1));
    publish(name(2, 0), Sample.of(UP, 2 * HOUR, 2), Sample.of(UP, 40 * HOUR, 2));
    publish(name(3, 0), Sample.of(UP, 2 * HOUR, 3), Sample.of(UP, 3 * HOUR, 3));
    Map<String, Double> before = found(catalog.refresh());
    assertEquals(List.of(), plan());
    publish(name(4, 0), Sample.of(UP, 30 * HOUR, 4));
    before.put(
        found(catalog.refresh()).keySet().stream()
            .filter(key -> !before.containsKey(key))
            .findFirst()
            .orElseThrow(),
        4.0);
    mergeAll();
    assertEquals(before, found(catalog.refresh()));
  }

  @Test
  void aLargeBlockWaitsUntilItIsWorthIt() throws IOException {
    List<Sample> many = new ArrayList<>();
    for (int i = 0; i < 600; i++) {
      many.add(Sample.of(UP, i * 60_000L, Math.sin(i)));
    }
    publish(name(1, 0), many.toArray(Sample[]::new));
    publish(name(2, 0), Sample.of(UP, HOUR + 1, 1));
    assertEquals(List.of(), plan());
    for (int i = 1; i < 30; i++) {
      publish(name(2, i), Sample.of(UP, HOUR + 1 + i, 1));
    }
    assertEquals(1, plan().size());
    assertEquals(31, plan().getFirst().sources().size());
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})
  void mergingChangesNoAnswer(long seed) throws IOException {
    Random random = new Random(seed);
    for (int i = 0; i < 12; i++) {
      long start = random.nextInt(100) * HOUR;
      List<Sample> samples = new ArrayList<>();
      for (int s = 0; s < 1 + random.nextInt(8); s++) {
        start += (1 + random.nextInt(6)) * HOUR;
        samples.add(Sample.of(random.nextBoolean() ? UP : LOAD, start, i));
      }
      publish(name(1 + random.nextInt(5), i), samples.toArray(Sample[]::new));
      if (random.nextInt(4) == 0) {
        Map<String, Double> before = found(catalog.refresh());
        mergeAll();
        assertEquals(before, found(catalog.refresh()), "after import " + i);
      }
    }
    Map<String, Double> before = found(catalog.refresh());
    mergeAll();
    assertEquals(before, found(catalog.refresh()));
  }

  private Deletion delete(TimeRange range) {
    Deletion deletion =
        new Deletion(
            new DeletionName(TENANT, clock.millis(), 1),
            List.of(List.of(Matcher.equal("__name__", "up"))),
            range,
            List.of(),
            counting());
    catalog.deletions().publish(deletion);
    return deletion;
  }

  @Test
  void mergedBlocksAreWithoutWhatIsDeleted() throws IOException {
    publish(name(1, 0), Sample.of(UP, 0, 1), Sample.of(LOAD, 0, 1));
    publish(name(1, 1), Sample.of(UP, HOUR, 1), Sample.of(UP, 5 * HOUR, 1));
    delete(new TimeRange(0, 2 * HOUR));
    Map<String, Double> left = found(catalog.refresh());
    assertEquals(2, left.size());
    assertEquals(1, mergeAll());
    assertEquals(left, found(catalog.refresh()));
    BlockReader merged = catalog.refresh().imports(TENANT).getFirst();
    assertEquals(2, merged.meta().samples());
    Deletion deletion = catalog.current().deletions().of(TENANT).getFirst();
    assertTrue(deletion.names(merged));
    assertFalse(deletion.hides(merged));
  }

  @Test
  void aDeletionThatCameWhileBlocksWereMergedHidesInTheResult() throws IOException {
    publish(name(1, 0), Sample.of(UP, 0, 1), Sample.of(LOAD, 0, 1));
    publish(name(1, 1), Sample.of(UP, HOUR, 1));
    List<String> before = counting();
    assertEquals(1, mergeAll());
    // Asked for by somebody whose listing was older.
    catalog
        .deletions()
        .publish(
            new Deletion(
                new DeletionName(TENANT, clock.millis(), 2),
                List.of(List.of(Matcher.equal("__name__", "up"))),
                TimeRange.ALL,
                List.of(),
                before));
    assertEquals(Set.of(1.0), Set.copyOf(found(catalog.refresh()).values()));
    assertEquals(1, found(catalog.current()).size());
  }

  @Test
  void importsAreWrittenAnewWhenSomebodyWantsWhatIsDeletedGone() throws IOException {
    publish(name(1, 0), Sample.of(UP, 0, 1), Sample.of(LOAD, 0, 1));
    publish(name(1, 1), Sample.of(LOAD, 90 * HOUR, 1));
    delete(TimeRange.ALL);
    assertEquals(List.of(), DeletionTasks.plan(catalog.refresh(), POLICY, _ -> true));
    catalog.deletions().askForRewriting(TENANT);
    List<MergeTask> tasks = DeletionTasks.plan(catalog.refresh(), POLICY, _ -> true);
    // What of it is in which block nobody knows without reading it.
    assertEquals(2, tasks.size());
    tasks.forEach(task -> assertTrue(compactor().run(task).published()));
    assertEquals(List.of(), DeletionTasks.plan(catalog.refresh(), POLICY, _ -> true));
    assertEquals(
        List.of(
            new BlockName.Imported(TENANT, "%032x".formatted(1), 0, 2).path(),
            new BlockName.Imported(TENANT, "%032x".formatted(1), 1, 2).path()),
        counting());
    assertEquals(1, catalog.current().imports(TENANT).getFirst().meta().samples());
    // Once what was there before is gone, nobody needs the deletion.
    clock.advance(Duration.ofDays(20_000));
    SpentDeletions spent = new SpentDeletions(store, Duration.ZERO, clock);
    assertEquals(List.of(), spent.sweep(catalog.refresh()));
    new SupersededBlocks(store, Duration.ofMinutes(30), clock).sweep(catalog.refresh());
    assertEquals(1, spent.sweep(catalog.refresh()).size());
    assertEquals(2, found(catalog.refresh()).size());
  }
}
