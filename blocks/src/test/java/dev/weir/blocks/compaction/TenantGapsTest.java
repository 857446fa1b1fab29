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
import dev.weir.blocks.store.BlockName;
import dev.weir.blocks.store.Companion;
import dev.weir.blocks.store.LocalBlockStore;
import dev.weir.blocks.store.OffsetRange;
import dev.weir.model.Labels;
import dev.weir.model.Tenant;
import dev.weir.testing.GroupRow;
import dev.weir.testing.GroupRow.Sample;
import dev.weir.testing.HeldClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A block that is lost is missed for its tenants, though blocks of others cover the same records.
class TenantGapsTest {
  private static final String TOPIC = "weir.samples";
  private static final Tenant SHOP = new Tenant("shop");
  private static final Tenant BANK = new Tenant("bank");
  private static final Tenant FARM = new Tenant("farm");
  private static final Labels UP = Labels.of("__name__", "up", "job", "node", "instance", "a:9100");
  private static final Duration GRACE = Duration.ofMinutes(30);
  private static final CompactionPolicy ALL = new CompactionPolicy(2, 100, 1L << 30);

  @TempDir Path directory;
  private final HeldClock clock = HeldClock.at("2026-03-01T12:00:00Z");
  private LocalBlockStore store;
  private BlockCatalog catalog;
  private Compactor compactor;
  private SupersededBlocks superseded;

  @BeforeEach
  void openStore() {
    store = new LocalBlockStore(directory.resolve("blocks"), clock);
    catalog = new BlockCatalog(store, new BlockCache(1 << 20));
    compactor =
        new Compactor(store, directory.resolve("work"), BlockWriter.Options.COMPACTED, clock);
    superseded = new SupersededBlocks(store, GRACE, clock);
  }

  /// A link of ten records with a sample of each tenant.
  private void link(long number, Tenant... tenants) throws IOException {
    Path file = directory.resolve("link");
    OffsetRange covers = new OffsetRange(TOPIC, 0, number * 10, number * 10 + 10);
    try (BlockWriter writer =
        new BlockWriter(
            file,
            BlockWriter.Description.link(covers, clock.millis()),
            BlockWriter.Options.SMALL)) {
      List<GroupRow> rows = new ArrayList<>();
      for (Tenant tenant : tenants) {
        rows.addAll(GroupRow.of(tenant, List.of(Sample.of(UP, number * 15_000, 1))));
      }
      BlockFixture.addAll(rows, writer);
      writer.finish();
    }
    assertTrue(store.publish(link(number), file));
    Files.delete(file);
  }

  private static String link(long number) {
    return new BlockName.Chain(TOPIC, 0, number * 10).path();
  }

  private static String merged(Tenant tenant, int level, long first) {
    return new BlockName.Compacted(tenant, TOPIC, 0, level, first).path();
  }

  private List<CompactionTask> plan(Tenant tenant) {
    return CompactionTask.plan(catalog.refresh(), ALL, tenant::equals);
  }

  private void merge(Tenant... tenants) {
    for (Tenant tenant : tenants) {
      plan(tenant).forEach(compactor::run);
    }
  }

  private void sweep() {
    superseded.sweep(catalog.refresh());
    clock.advance(GRACE);
    superseded.sweep(catalog.refresh());
  }

  private List<String> missing(Tenant tenant) {
    return catalog.refresh().missing(tenant);
  }

  private static String gap(Tenant tenant, String range) {
    return "weir.samples/0 %s is in no block of tenant %s; put its block back from a backup (docs/storage.md, Repair)"
        .formatted(range, tenant);
  }

  @Test
  void aLinkIsMissedByThoseWhoAreNotMergedYet() throws IOException {
    for (int i = 0; i < 3; i++) {
      link(i, SHOP, BANK, FARM);
    }
    merge(SHOP);
    Path kept = directory.resolve("kept");
    Files.copy(store.directory().resolve(link(1)), kept);
    store.delete(link(1));
    assertEquals(List.of(), missing(SHOP));
    assertEquals(List.of(gap(BANK, "[10, 20)")), missing(BANK));
    assertEquals(List.of(gap(FARM, "[10, 20)")), missing(FARM));
    assertEquals(List.of(), missing(new Tenant("nobody")));
    BlockSnapshot snapshot = catalog.current();
    assertEquals(2, snapshot.problems(snapshot.partitions().getFirst()).size());
    // What is missing may come back, and must not be covered by then.
    assertEquals(List.of(), plan(BANK));
    assertTrue(store.publish(link(1), kept));
    assertEquals(List.of(), missing(BANK));
    assertEquals(1, plan(BANK).size());
  }

  @Test
  void aMergedBlockIsMissedAlthoughItsLinksAreLongGone() throws IOException {
    for (int i = 0; i < 6; i++) {
      link(i, SHOP, BANK);
      if (i % 2 == 1) {
        merge(SHOP, BANK);
        sweep();
      }
    }
    assertEquals(List.of(), missing(BANK));
    store.delete(merged(BANK, 1, 20));
    assertEquals(List.of(gap(BANK, "[20, 40)")), missing(BANK));
    assertEquals(List.of(), missing(SHOP));
    store.delete(merged(SHOP, 1, 20));
    // Now nobody has these records: the chain itself has a gap.
    assertEquals(1, missing(SHOP).size());
    assertFalse(catalog.current().chain(TOPIC, 0).isWhole());
  }

  @Test
  void theLastThatATenantHasIsMissedToo() throws IOException {
    link(0, SHOP, BANK);
    link(1, SHOP, BANK);
    merge(SHOP, BANK);
    link(2, SHOP, BANK);
    link(3, SHOP, BANK);
    merge(SHOP, BANK);
    link(4, SHOP);
    sweep();
    store.delete(merged(BANK, 1, 20));
    assertEquals(List.of(gap(BANK, "[20, 40)")), missing(BANK));
  }

  @Test
  void whoComesAndGoesIsNotMissed() throws IOException {
    link(0, SHOP, BANK);
    link(1, SHOP, BANK);
    merge(SHOP, BANK);
    link(2, SHOP);
    link(3, SHOP, FARM);
    merge(SHOP);
    sweep();
    link(4, SHOP, BANK);
    link(5, SHOP, BANK, FARM);
    merge(SHOP, BANK, FARM);
    sweep();
    link(6, SHOP);
    for (Tenant tenant : List.of(SHOP, BANK, FARM)) {
      assertEquals(List.of(), missing(tenant), tenant::toString);
    }
    assertEquals(List.of(), store.list(link(2)));
  }

  @Test
  void theStartOfATenantMayGo() throws IOException {
    for (int i = 0; i < 6; i++) {
      link(i, SHOP, BANK);
      if (i % 2 == 1) {
        merge(SHOP, BANK);
        sweep();
      }
    }
    store.delete(merged(BANK, 1, 0));
    assertEquals(List.of(), missing(BANK));
    store.delete(merged(BANK, 1, 20));
    assertEquals(List.of(), missing(BANK));
  }

  @Test
  void whatCannotBeOpenedIsToldOnce() throws IOException {
    for (int i = 0; i < 4; i++) {
      link(i, SHOP, BANK);
      if (i % 2 == 1) {
        merge(SHOP, BANK);
        sweep();
      }
    }
    link(4, SHOP, BANK);
    store.delete(merged(BANK, 1, 20));
    Path damaged = store.directory().resolve(merged(BANK, 1, 20));
    Files.write(damaged, new byte[] {1, 2, 3});
    // Whoever begins now; others have it open.
    List<String> missing = new BlockCatalog(store, new BlockCache(1 << 20)).refresh().missing(BANK);
    assertEquals(1, missing.size(), missing::toString);
    assertTrue(missing.getFirst().contains("cannot be opened"), missing::toString);
  }

  @Test
  void higherLevelsKnowItStill() throws IOException {
    CompactionPolicy levels =
        new CompactionPolicy(
            2, 9, 1L << 30, List.of(Duration.ofSeconds(30), Duration.ofMinutes(1)));
    for (int i = 0; i < 12; i++) {
      link(i, SHOP, BANK);
      for (int round = 0; round < 3; round++) {
        CompactionTask.plan(catalog.refresh(), levels, _ -> true).forEach(compactor::run);
      }
      sweep();
    }
    assertEquals(List.of(), missing(BANK));
    List<BlockReader> bank = catalog.current().blocks(BANK);
    assertEquals(2, bank.get(1).meta().level());
    OffsetRange lost = bank.get(1).meta().covers().getFirst();
    store.delete(bank.get(1).name());
    assertEquals(
        List.of(gap(BANK, "[%d, %d)".formatted(lost.firstOffset(), lost.endOffset()))),
        missing(BANK));
  }

  @Test
  void ofManyTenantsEachIsKnownToSome() throws IOException {
    Tenant[] many =
        IntStream.range(10, 60).mapToObj(i -> new Tenant("team-" + i)).toArray(Tenant[]::new);
    for (int i = 0; i < 4; i++) {
      link(i, many);
      if (i % 2 == 1) {
        merge(many);
        sweep();
      }
    }
    BlockReader first = catalog.refresh().block(merged(many[0], 1, 0)).orElseThrow();
    assertEquals(
        16,
        first.meta().sources().stream()
            .filter(source -> Companion.parse(source).isPresent())
            .count());
    for (Tenant tenant : many) {
      assertEquals(List.of(), missing(tenant));
      Path file = store.directory().resolve(merged(tenant, 1, 20));
      Path kept = directory.resolve("kept");
      Files.move(file, kept);
      // The last link has the second half still.
      assertEquals(List.of(gap(tenant, "[20, 30)")), missing(tenant));
      Files.move(kept, file);
    }
  }
}
