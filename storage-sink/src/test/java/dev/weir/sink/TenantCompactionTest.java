package dev.weir.sink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weir.blocks.block.BlockCache;
import dev.weir.blocks.block.BlockWriter;
import dev.weir.blocks.catalog.BlockCatalog;
import dev.weir.blocks.catalog.ChainPublisher;
import dev.weir.blocks.compaction.CompactionPolicy;
import dev.weir.blocks.compaction.Compactor;
import dev.weir.blocks.store.BlockName;
import dev.weir.blocks.store.MemoryBlockStore;
import dev.weir.blocks.store.StoredBlock;
import dev.weir.model.Tenant;
import dev.weir.model.WeirException;
import dev.weir.testing.HeldClock;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TenantCompactionTest {
  private static final Tenant TEAM_A = new Tenant("team-a");
  private static final Tenant TEAM_B = new Tenant("team-b");

  private final HeldClock clock = HeldClock.at("2026-03-01T12:00:00Z");
  private final MemoryBlockStore store = new MemoryBlockStore();
  private final SampleLog log = new SampleLog(clock, 0);
  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final Set<Tenant> mine = new HashSet<>(List.of(TEAM_A, TEAM_B));

  @TempDir private Path directory = Path.of("");

  private TenantCompaction compaction() {
    return new TenantCompaction(
        new BlockCatalog(store, new BlockCache(1 << 20)),
        new Compactor(store, directory.resolve("work"), BlockWriter.Options.COMPACTED, clock),
        new CompactionPolicy(2, 10, 1L << 30),
        mine::contains,
        new SinkMetrics(registry, clock));
  }

  private void publishThreeLinks() {
    Owner owner =
        new Owner(
            new ChainPublisher(store, new BlockCache(0), directory.resolve("chain"), clock),
            log,
            clock);
    for (int link = 0; link < 3; link++) {
      log.scrape(TEAM_A, 1, 2, link, true, true);
      log.scrape(TEAM_B, 2, 2, link, true, true);
      log.wait(Duration.ofSeconds(15));
      owner.readAll();
      owner.flush();
    }
  }

  private List<String> compacted() {
    return store.list(BlockName.COMPACTED_PREFIX).stream().map(StoredBlock::name).toList();
  }

  private static String first(Tenant tenant) {
    return new BlockName.Compacted(tenant, "weir.samples", 3, 1, 0).path();
  }

  @Test
  void onlyTheTenantsOfThisSinkAreCompacted() {
    publishThreeLinks();
    TenantCompaction compaction = compaction();
    mine.remove(TEAM_B);
    compaction.run();
    assertEquals(List.of(first(TEAM_A)), compacted());
    mine.add(TEAM_B);
    compaction.run();
    assertEquals(List.of(first(TEAM_A), first(TEAM_B)), compacted());
    compaction.run();
    assertEquals(2, SinkFixture.count(registry, "weir_sink_compactions"));
    assertEquals(6, SinkFixture.count(registry, "weir_sink_compacted_blocks"));
  }

  @Test
  void everyTenantHasOneOwner() {
    TopicPartition home = Sink.homeOf(TEAM_A, "weir.samples", 4);
    assertEquals(home, Sink.homeOf(new Tenant("team-a"), "weir.samples", 4));
    Set<Integer> homes = new HashSet<>();
    for (int i = 0; i < 100; i++) {
      homes.add(Sink.homeOf(new Tenant("team-" + i), "weir.samples", 4).partition());
    }
    assertEquals(Set.of(0, 1, 2, 3), homes);
  }

  @Test
  void aStoreThatIsAwayIsTriedAgain() {
    publishThreeLinks();
    TenantCompaction compaction = compaction();
    store.unavailable(true);
    assertThrows(WeirException.Unavailable.class, compaction::run);
    store.unavailable(false);
    // Published, without the compactor hearing of it.
    store.losesAnswers(true);
    compaction.run();
    assertEquals(2, SinkFixture.count(registry, "weir_sink_housekeeping_failures"));
    store.losesAnswers(false);
    compaction.run();
    assertEquals(List.of(first(TEAM_A), first(TEAM_B)), compacted());
  }

  @Test
  void nothingIsBegunAfterTheStop() {
    publishThreeLinks();
    TenantCompaction compaction = compaction();
    compaction.stop();
    compaction.run();
    assertEquals(List.of(), compacted());
  }
}
