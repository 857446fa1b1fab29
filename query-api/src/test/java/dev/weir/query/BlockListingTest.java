package dev.weir.query;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.weir.blocks.block.BlockCache;
import dev.weir.blocks.catalog.BlockCatalog;
import dev.weir.promql.eval.QueryEngine;
import dev.weir.query.source.CountingStore;
import dev.weir.testing.Await;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class BlockListingTest {
  private static final Duration DEADLINE = Duration.ofSeconds(30);

  private final CountingStore store = new CountingStore();
  private final BlockCache cache = new BlockCache(0);
  private final BlockCatalog catalog = new BlockCatalog(store, cache);
  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final QueryMetrics metrics =
      new QueryMetrics(registry, QueryEngine.inCallersThread(), cache, catalog);

  private double count(String outcome) {
    return registry.scrape(name -> name.equals("weir_query_block_listings")).stream()
        .flatMap(snapshot -> ((CounterSnapshot) snapshot).getDataPoints().stream())
        .filter(point -> point.getLabels().get("outcome").equals(outcome))
        .mapToDouble(CounterDataPointSnapshot::getValue)
        .sum();
  }

  @Test
  void aStoreThatIsAwayAtTheStartIsAskedUntilItAnswers() {
    store.down(true);
    try (BlockListing listing =
        new BlockListing(catalog, metrics, Duration.ofDays(1), Duration.ofMillis(5))) {
      listing.start();
      assertFalse(catalog.hasListed());
      Await.until(() -> count("failure") > 3, DEADLINE, () -> "more attempts");
      store.down(false);
      Await.until(catalog::hasListed, DEADLINE, () -> "the store to be listed");
    }
    assertEquals(1, count("success"));
  }

  @Test
  void aStoreThatGoesAwayLaterIsListedAsOften() {
    try (BlockListing listing =
        new BlockListing(catalog, metrics, Duration.ofMillis(5), Duration.ofDays(1))) {
      listing.start();
      store.down(true);
      Await.until(() -> count("failure") > 3, DEADLINE, () -> "more attempts");
    }
  }
}
