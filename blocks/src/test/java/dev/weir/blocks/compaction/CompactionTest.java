package dev.weir.blocks.compaction;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.blocks.block.BlockCache;
import dev.weir.blocks.block.BlockFixture;
import dev.weir.blocks.block.BlockReader;
import dev.weir.blocks.block.BlockWriter;
import dev.weir.blocks.catalog.BlockCatalog;
import dev.weir.blocks.catalog.BlockChain;
import dev.weir.blocks.catalog.BlockSnapshot;
import dev.weir.blocks.store.BlockName;
import dev.weir.blocks.store.Companion;
import dev.weir.blocks.store.LocalBlockStore;
import dev.weir.blocks.store.OffsetRange;
import dev.weir.model.Labels;
import dev.weir.model.Tenant;
import dev.weir.model.WeirException;
import dev.weir.testing.GroupRow;
import dev.weir.testing.GroupRow.Sample;
import dev.weir.testing.HeldClock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompactionTest {
  private static final String TOPIC = "weir.samples";
  private static final Tenant TEAM_A = new Tenant("team-a");
  private static final Tenant TEAM_B = new Tenant("team-b");
  private static final Labels UP = Labels.of("__name__", "up", "job", "node", "instance", "a:9100");
  private static final Labels LOAD =
      Labels.of("__name__", "node_load1", "job", "node", "instance", "a:9100");

  private static final CompactionPolicy ALL = new CompactionPolicy(2, 100, 1L << 30);

  @TempDir Path directory;
  private final HeldClock clock = HeldClock.at("2026-03-01T12:00:00Z");
  private LocalBlockStore store;
  private BlockCatalog catalog;
  private Compactor compactor;

  @BeforeEach
  void openStore() {
    store = new LocalBlockStore(directory.resolve("blocks"), clock);
    catalog = new BlockCatalog(store, new BlockCache(1 << 20));
    compactor = newCompactor("first");
  }

  private Compactor newCompactor(String name) {
    return new Compactor(store, directory.resolve(name), BlockWriter.Options.COMPACTED, clock);
  }

  private static List<GroupRow> rows(Tenant tenant, long link, double load) {
    return GroupRow.of(
        tenant,
        List.of(
            Sample.of(UP, link * 15_000, 1),
            Sample.of(LOAD, link * 15_000, load),
            // Overlaps with the link before by time, as rows from a spool do.
            Sample.of(UP, link * 15_000 - 20_000, 0)));
  }

  /// Publishes a link of ten records.
  private void publish(long first, List<GroupRow> rows) throws Exception {
    publish(new OffsetRange(TOPIC, 0, first, first + 10), rows);
  }

  private void publish(OffsetRange covers, List<GroupRow> rows) throws Exception {
    Path file = directory.resolve("link");
    try (BlockWriter writer =
        new BlockWriter(
            file,
            BlockWriter.Description.link(covers, clock.millis()),
            BlockWriter.Options.SMALL)) {
      BlockFixture.addAll(rows, writer);
      writer.finish();
    }
    assertTrue(
        store.publish(
            new BlockName.Chain(TOPIC, covers.partition(), covers.firstOffset()).path(), file));
    Files.delete(file);
  }

  /// Links 0 to 4; team B is in the second and fourth only.
  private void publishFiveLinks() throws Exception {
    for (int link = 0; link < 5; link++) {
      List<GroupRow> rows = new ArrayList<>(rows(TEAM_A, link, link));
      if (link % 2 == 1) {
        rows.addAll(rows(TEAM_B, link, 100 + link));
      }
      publish(link * 10L, rows);
    }
  }

  /// Every sample of a tenant as readers see it; fails where a series and time come twice.
  private static Map<String, Double> samples(BlockSnapshot snapshot, Tenant tenant) {
    return StoredSamples.of(snapshot, tenant);
  }

  private List<CompactionTask> plan() {
    return CompactionTask.plan(catalog.refresh(), ALL, _ -> true);
  }

  private static List<String> names(List<BlockReader> blocks) {
    return blocks.stream().map(BlockReader::name).toList();
  }

  private static String link(long first) {
    return new BlockName.Chain(TOPIC, 0, first).path();
  }

  private static String compacted(Tenant tenant, long first) {
    return new BlockName.Compacted(tenant, TOPIC, 0, 1, first).path();
  }

  @Test
  void everyTenantGetsABlockOfItsOwnAndKeepsEverySample() throws Exception {
    publishFiveLinks();
    Map<String, Double> a = samples(catalog.refresh(), TEAM_A);
    Map<String, Double> b = samples(catalog.current(), TEAM_B);
    assertEquals(15, a.size());
    List<CompactionTask> tasks = plan();
    assertEquals(2, tasks.size());
    for (CompactionTask task : tasks) {
      Compactor.Outcome outcome = compactor.run(task);
      assertTrue(outcome.published());
      assertEquals(task.target().path(), outcome.name());
      assertEquals(0, outcome.conflicts());
      assertEquals(
          catalog.refresh().block(outcome.name()).orElseThrow().sizeBytes(), outcome.sizeBytes());
    }
    BlockSnapshot after = catalog.refresh();
    assertEquals(List.of(compacted(TEAM_A, 0)), names(after.blocks(TEAM_A)));
    assertEquals(List.of(compacted(TEAM_B, 10)), names(after.blocks(TEAM_B)));
    assertEquals(a, samples(after, TEAM_A));
    assertEquals(b, samples(after, TEAM_B));
    BlockReader block = after.block(compacted(TEAM_B, 10)).orElseThrow();
    assertEquals(
        List.of(
            link(10), link(30), new Companion(TEAM_A, new OffsetRange(TOPIC, 0, 10, 50)).text()),
        block.meta().sources());
    assertEquals(List.of(new OffsetRange(TOPIC, 0, 10, 50)), block.meta().covers());
    assertEquals(List.of(), plan());
  }

  @Test
  void whileOneTenantIsCompactedTheOtherReadsTheSmallBlocks() throws Exception {
    publishFiveLinks();
    Map<String, Double> b = samples(catalog.refresh(), TEAM_B);
    compactor.run(plan().getFirst());
    BlockSnapshot after = catalog.refresh();
    assertEquals(List.of(compacted(TEAM_A, 0)), names(after.blocks(TEAM_A)));
    assertEquals(List.of(link(10), link(30)), names(after.blocks(TEAM_B)));
    assertEquals(b, samples(after, TEAM_B));
  }

  @Test
  void blocksGoWhenTheyCountForNobodyAndTheGraceIsOver() throws Exception {
    publishFiveLinks();
    List<CompactionTask> tasks = plan();
    Map<String, Double> a = samples(catalog.current(), TEAM_A);
    Map<String, Double> b = samples(catalog.current(), TEAM_B);
    SupersededBlocks superseded = sweeper();
    compactor.run(tasks.get(0));
    // Links 10 and 30 still count for team B; link 40 names the layouts that are alive.
    assertEquals(List.of(link(0), link(20)), superseded(catalog.refresh()));
    assertEquals(List.of(), superseded.sweep(catalog.current()));
    clock.advance(Duration.ofMinutes(20));
    compactor.run(tasks.get(1));
    assertEquals(List.of(), superseded.sweep(catalog.refresh()));
    clock.advance(Duration.ofMinutes(10));
    assertEquals(List.of(link(0), link(20)), superseded.sweep(catalog.refresh()));
    clock.advance(Duration.ofMinutes(20));
    assertEquals(List.of(link(10), link(30)), superseded.sweep(catalog.refresh()));
    BlockSnapshot after = catalog.refresh();
    assertEquals(
        List.of(link(40), compacted(TEAM_A, 0), compacted(TEAM_B, 10)), names(after.blocks()));
    assertEquals(a, samples(after, TEAM_A));
    assertEquals(b, samples(after, TEAM_B));
    BlockChain chain = after.chain(TOPIC, 0);
    assertTrue(chain.isWhole());
    assertEquals(OptionalLong.of(50), chain.endOffset());
    assertEquals(link(40), after.lastLink(TOPIC, 0).orElseThrow().name());
  }

  @Test
  void theGraceGoesOnWhileNobodyRuns() throws Exception {
    publishFiveLinks();
    plan().forEach(compactor::run);
    for (int i = 0; i < 3; i++) {
      // A sink that starts anew every 10 minutes.
      assertEquals(List.of(), sweeper().sweep(catalog.refresh()));
      clock.advance(Duration.ofMinutes(10));
    }
    assertEquals(
        List.of(link(0), link(10), link(20), link(30)), sweeper().sweep(catalog.refresh()));
  }

  @Test
  void theGraceBeginsAnewForABlockThatCountedAgain() throws Exception {
    publishFiveLinks();
    plan().forEach(compactor::run);
    clock.advance(Duration.ofHours(1));
    Path damaged = directory.resolve("blocks").resolve(compacted(TEAM_A, 0));
    byte[] bytes = Files.readAllBytes(damaged);
    Files.write(damaged, new byte[0]);
    catalog = new BlockCatalog(store, new BlockCache(1 << 20));
    SupersededBlocks sweeper = sweeper();
    assertEquals(List.of(), sweeper.sweep(catalog.refresh()));
    Files.write(damaged, bytes);
    Files.setLastModifiedTime(damaged, FileTime.from(clock.instant().minus(Duration.ofHours(1))));
    assertEquals(List.of(), sweeper.sweep(catalog.refresh()), "somebody may read the links");
    clock.advance(Duration.ofMinutes(30));
    assertEquals(4, sweeper.sweep(catalog.refresh()).size());
  }

  private SupersededBlocks sweeper() {
    return new SupersededBlocks(store, Duration.ofMinutes(30), clock);
  }

  private static List<String> superseded(BlockSnapshot snapshot) {
    return List.copyOf(snapshot.superseded().keySet());
  }

  @Test
  void theNextBlockStartsWhereTheLastOneEnds() throws Exception {
    publishFiveLinks();
    compactor.run(plan().getFirst());
    for (int link = 5; link < 8; link++) {
      publish(link * 10L, rows(TEAM_A, link, link));
    }
    Map<String, Double> a = samples(catalog.refresh(), TEAM_A);
    CompactionTask next = plan().getFirst();
    assertEquals(new OffsetRange(TOPIC, 0, 50, 80), next.covers());
    compactor.run(next);
    assertEquals(
        List.of(compacted(TEAM_A, 0), compacted(TEAM_A, 50)),
        names(catalog.refresh().blocks(TEAM_A)));
    assertEquals(a, samples(catalog.current(), TEAM_A));
  }

  @Test
  void ofTwoThatCompactTheSameOneLoses() throws Exception {
    publishFiveLinks();
    CompactionTask task = plan().getFirst();
    publish(50, rows(TEAM_A, 5, 5));
    // A longer listing gives a larger task, but the same name.
    CompactionTask larger = plan().getFirst();
    assertEquals(6, larger.sources().size());
    Compactor rival = newCompactor("second");
    assertTrue(compactor.run(task).published());
    assertFalse(rival.run(larger).published());
    Map<String, Double> a = samples(catalog.refresh(), TEAM_A);
    assertEquals(18, a.size());
    assertEquals(List.of(compacted(TEAM_A, 0), link(50)), names(catalog.current().blocks(TEAM_A)));
  }

  @Test
  void overlappingBlocksOfOneLevelNeitherHideNorDoubleASample() throws Exception {
    publishFiveLinks();
    Map<String, Double> a = samples(catalog.refresh(), TEAM_A);
    List<BlockReader> links = catalog.current().links(TOPIC, 0);
    compactor.run(
        new CompactionTask(TEAM_A, new OffsetRange(TOPIC, 0, 20, 50), links.subList(2, 5)));
    // Somebody with an outdated view.
    compactor.run(
        new CompactionTask(TEAM_A, new OffsetRange(TOPIC, 0, 0, 30), links.subList(0, 3)));
    BlockSnapshot after = catalog.refresh();
    assertEquals(List.of(compacted(TEAM_A, 0), compacted(TEAM_A, 20)), names(after.blocks(TEAM_A)));
    assertEquals(a, samples(after, TEAM_A));
    assertEquals(List.of(link(0), link(20)), superseded(after));
    // One that holds nothing of its own counts for nobody, whichever came first.
    compactor.run(
        new CompactionTask(TEAM_A, new OffsetRange(TOPIC, 0, 10, 20), links.subList(1, 2)));
    assertEquals(after.blocks(TEAM_A).size(), catalog.refresh().blocks(TEAM_A).size());
    assertTrue(superseded(catalog.current()).contains(compacted(TEAM_A, 10)));
  }

  @Test
  void whatCannotBeOpenedIsNeitherCoveredNorPassedOverInSilence() throws Exception {
    publishFiveLinks();
    compactor.run(plan().getFirst());
    publish(50, rows(TEAM_A, 5, 5));
    publish(60, rows(TEAM_A, 6, 6));
    assertEquals(List.of(), catalog.refresh().missing(TEAM_A));
    Path damaged = directory.resolve("blocks").resolve(compacted(TEAM_A, 0));
    byte[] bytes = Files.readAllBytes(damaged);
    Files.write(damaged, Arrays.copyOf(bytes, bytes.length - 1));
    catalog = new BlockCatalog(store, new BlockCache(1 << 20));
    assertEquals(List.of(TEAM_B), plan().stream().map(CompactionTask::tenant).toList());
    List<String> missing = catalog.current().missing(TEAM_A);
    assertEquals(1, missing.size());
    assertTrue(
        missing.getFirst().startsWith(compacted(TEAM_A, 0) + " cannot be opened, offset "),
        missing.getFirst());
    assertEquals(List.of(), catalog.current().missing(TEAM_B));
    // Its links are still there, and count again.
    assertEquals(21, samples(catalog.current(), TEAM_A).size());
  }

  @Test
  void theLowerOffsetWinsAndConflictsAreCounted() throws Exception {
    publish(0, GroupRow.of(TEAM_A, List.of(Sample.of(UP, 0, 1), Sample.of(LOAD, 0, 0.5))));
    publish(10, GroupRow.of(TEAM_A, List.of(Sample.of(UP, 0, 1), Sample.of(LOAD, 0, 0.7))));
    // The same series from another group, as when a target is pushed that was scraped before.
    publish(20, GroupRow.of(TEAM_A, "7f3a", List.of(Sample.of(UP, 0, 3), Sample.of(UP, 1, 4))));
    Compactor.Outcome outcome = compactor.run(plan().getFirst());
    assertEquals(compacted(TEAM_A, 0), outcome.name());
    assertEquals(2, outcome.conflicts());
    assertEquals(
        Map.of(UP + " 0", 1.0, LOAD + " 0", 0.5, UP + " 1", 4.0),
        samples(catalog.refresh(), TEAM_A));
  }

  @Test
  void aPartitionWithAGapIsLeftAlone() throws Exception {
    publish(0, rows(TEAM_A, 0, 0));
    publish(10, rows(TEAM_A, 1, 0));
    publish(30, rows(TEAM_A, 3, 0));
    publish(new OffsetRange(TOPIC, 1, 0, 5), rows(TEAM_A, 0, 0));
    publish(new OffsetRange(TOPIC, 1, 5, 7), rows(TEAM_A, 1, 0));
    List<CompactionTask> tasks = plan();
    assertEquals(1, tasks.size());
    assertEquals(1, tasks.getFirst().covers().partition());
  }

  @Test
  void anAcceptedHoleIsAnEmptyLink() throws Exception {
    publish(0, rows(TEAM_A, 0, 0));
    publish(10, List.of());
    publish(20, rows(TEAM_A, 2, 0));
    compactor.run(plan().getFirst());
    BlockSnapshot after = catalog.refresh();
    assertTrue(after.chain(TOPIC, 0).isWhole());
    assertEquals(List.of(link(0), link(10)), superseded(after));
  }

  @Test
  void fewBlocksAndLargeOnesAreLeftAlone() throws Exception {
    publishFiveLinks();
    BlockSnapshot snapshot = catalog.refresh();
    assertEquals(
        List.of(), CompactionTask.plan(snapshot, new CompactionPolicy(6, 10, 1L << 30), _ -> true));
    List<CompactionTask> some =
        CompactionTask.plan(snapshot, new CompactionPolicy(2, 3, 1L << 30), _ -> true);
    assertEquals(new OffsetRange(TOPIC, 0, 0, 30), some.getFirst().covers());
    long twoLinks =
        snapshot.links(TOPIC, 0).stream().limit(2).mapToLong(BlockReader::sizeBytes).sum();
    List<CompactionTask> small =
        CompactionTask.plan(snapshot, new CompactionPolicy(2, 10, twoLinks), _ -> true);
    assertEquals(new OffsetRange(TOPIC, 0, 0, 20), small.getFirst().covers());
  }

  @Test
  void nothingIsPublishedFromADamagedSource() throws Exception {
    publishFiveLinks();
    CompactionTask task = plan().getFirst();
    Path damaged = directory.resolve("blocks").resolve(link(20));
    byte[] bytes = Files.readAllBytes(damaged);
    bytes[40] ^= 1;
    Files.write(damaged, bytes);
    WeirException.Corrupt e = assertThrows(WeirException.Corrupt.class, () -> compactor.run(task));
    assertTrue(e.getMessage().startsWith(link(20)), e.getMessage());
    assertTrue(catalog.refresh().block(task.target().path()).isEmpty());
    try (var left = Files.list(directory.resolve("first"))) {
      assertEquals(0, left.count());
    }
  }

  @Test
  void whatACrashLeftBehindIsRemovedAtTheNextStart() throws Exception {
    Path left = directory.resolve("first").resolve("compaction-1234");
    Files.writeString(left, "half a block");
    newCompactor("first");
    assertFalse(Files.exists(left));
  }
}
