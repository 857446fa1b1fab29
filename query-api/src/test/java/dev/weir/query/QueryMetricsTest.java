package dev.weir.query;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weir.blocks.block.BlockCache;
import dev.weir.blocks.catalog.BlockCatalog;
import dev.weir.blocks.store.BlockName;
import dev.weir.blocks.store.LocalBlockStore;
import dev.weir.promql.eval.QueryEngine;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QueryMetricsTest {
  private final PrometheusRegistry registry = new PrometheusRegistry();

  @Test
  void blocksThatCannotBeOpenedAreCounted(@TempDir Path folder) throws IOException {
    LocalBlockStore store = new LocalBlockStore(folder.resolve("blocks"));
    Path damaged = Files.writeString(folder.resolve("damaged"), "this is no block");
    store.publish(new BlockName.Chain("weir.samples", 0, 0).path(), damaged);
    BlockCache cache = new BlockCache(1 << 20);
    BlockCatalog catalog = new BlockCatalog(store, cache);
    QueryMetrics metrics =
        new QueryMetrics(registry, QueryEngine.inCallersThread(), cache, catalog);

    assertEquals(0, unreadable());
    catalog.refresh();
    metrics.listed();
    assertEquals(1, unreadable());
  }

  private double unreadable() {
    return registry.scrape().stream()
        .filter(family -> family.getMetadata().getName().equals("weir_query_unreadable_blocks"))
        .map(GaugeSnapshot.class::cast)
        .mapToDouble(family -> family.getDataPoints().getFirst().getValue())
        .sum();
  }
}
