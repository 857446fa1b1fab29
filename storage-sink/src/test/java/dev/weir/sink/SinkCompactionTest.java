package dev.weir.sink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.blocks.block.BlockReader;
import dev.weir.blocks.catalog.BlockSnapshot;
import dev.weir.blocks.compaction.CompactionPolicy;
import dev.weir.testing.Await;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// Sinks that merge their small blocks while they read, write and serve.
class SinkCompactionTest extends SinkFixture {
  private static final Duration OFTEN = Duration.ofMillis(100);
  private static final CompactionPolicy SMALL = new CompactionPolicy(3, 5, 1L << 30);

  private SinkSettings compacting(Duration deleteDelay) {
    return settings(
        Duration.ofMillis(50),
        NO_TIME,
        false,
        1 << 28,
        new SinkSettings.HousekeepingSettings(OFTEN, SMALL, deleteDelay, OFTEN));
  }

  private static long compacted(BlockSnapshot blocks) {
    return blocks.blocks().stream().filter(block -> block.meta().level() > 0).count();
  }

  private void scrapeUntilCompacted(Sink sink, int compacted) {
    Await.until(
        () -> {
          for (int i = 0; i < 4; i++) {
            scrape(i, 3, produced.size());
          }
          return compacted(listed()) >= compacted;
        },
        DEADLINE,
        () -> "%d compacted blocks: %s".formatted(compacted, listed().blocks()));
    awaitAllProduced(sink);
  }

  @Test
  void smallBlocksAreMergedAndThenDeletedAndNothingIsMissing() {
    PrometheusRegistry metrics = new PrometheusRegistry();
    Sink sink = startWithoutWaiting("sink-1", compacting(Duration.ofSeconds(1)), store(), metrics);
    scrapeUntilCompacted(sink, 4);
    for (int partition = 0; partition < 2; partition++) {
      int number = partition;
      // Each chain keeps its last links, which are too few to merge.
      Await.until(
          () -> listed().links(topic, number).size() < SMALL.minBlocks(),
          DEADLINE,
          () -> "few links: " + listed().links(topic, number));
    }
    awaitAllProduced(sink);
    BlockReader block =
        listed().blocks().stream().filter(one -> one.meta().level() > 0).findFirst().orElseThrow();
    assertTrue(block.meta().sources().size() >= SMALL.minBlocks(), block.meta()::toString);
    assertTrue(count(metrics, "weir_sink_compactions") >= 4);
    assertTrue(count(metrics, "weir_sink_compacted_blocks") >= 4 * SMALL.minBlocks());
    assertEquals(count(metrics, "weir_sink_housekeeping_failures"), 0);
    Await.until(
        () -> count(metrics, "weir_sink_deleted_blocks") >= 4,
        DEADLINE,
        () -> "merged blocks to be deleted");
  }

  @Test
  void twoOwnersThatBothCompactLoseAndDoubleNothing() {
    // Each in a group of its own, so both own everything: a zombie that never learns of it.
    Sink one = start("sink-1", compacting(Duration.ofSeconds(1)));
    Sink other = start("sink-2", compacting(Duration.ofSeconds(1)));
    scrapeUntilCompacted(one, 6);
    awaitAllProduced(other);
  }

  @Test
  void aSinkThatIsKilledGoesOnCompacting() {
    SinkSettings compacting = compacting(Duration.ofSeconds(1));
    Sink first = start("sink-1", compacting);
    scrapeUntilCompacted(first, 2);
    first.close();
    Sink second = start("sink-1", compacting);
    awaitAllProduced(second);
    scrapeUntilCompacted(second, 5);
  }
}
