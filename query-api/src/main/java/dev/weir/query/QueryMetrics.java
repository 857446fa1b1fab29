package dev.weir.query;

import dev.weir.blocks.block.BlockCache;
import dev.weir.blocks.catalog.BlockCatalog;
import dev.weir.promql.eval.QueryEngine;
import dev.weir.query.push.PushedQueries;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;

/// What the role counts of itself.
final class QueryMetrics {
  private final Counter listings;
  private final Counter pushed;

  QueryMetrics(
      PrometheusRegistry registry, QueryEngine engine, BlockCache cache, BlockCatalog catalog) {
    GaugeWithCallback.builder()
        .name("weir_query_running")
        .help("Queries that run now.")
        .callback(gauge -> gauge.call(engine.running()))
        .register(registry);
    GaugeWithCallback.builder()
        .name("weir_query_max_running")
        .help("Queries that may run at once; more wait.")
        .callback(gauge -> gauge.call(engine.settings().maxConcurrentQueries()))
        .register(registry);
    GaugeWithCallback.builder()
        .name("weir_query_waiting")
        .help("Queries that wait for others to end or to step aside.")
        .callback(gauge -> gauge.call(engine.waiting()))
        .register(registry);
    GaugeWithCallback.builder()
        .name("weir_query_memory_bytes")
        .help("Bytes that queries hold for series, samples and results, as estimated.")
        .callback(gauge -> gauge.call((double) engine.memoryBytes()))
        .register(registry);
    GaugeWithCallback.builder()
        .name("weir_query_max_memory_bytes")
        .help("Bytes that queries may hold together.")
        .callback(gauge -> gauge.call((double) engine.settings().maxMemoryBytes()))
        .register(registry);
    GaugeWithCallback.builder()
        .name("weir_query_block_cache_bytes")
        .help("Bytes of blocks that are kept in memory.")
        .callback(gauge -> gauge.call((double) cache.bytes()))
        .register(registry);
    CounterWithCallback.builder()
        .name("weir_query_block_cache_requests_total")
        .help("Reads of blocks, by whether they were in the cache.")
        .labelNames("result")
        .callback(counter -> {
          counter.call((double) cache.hits(), "hit");
          counter.call((double) cache.misses(), "miss");
        })
        .register(registry);
    GaugeWithCallback.builder()
        .name("weir_query_blocks")
        .help("Blocks in the store, as last listed.")
        .callback(gauge -> gauge.call(catalog.current().blocks().size()))
        .register(registry);
    GaugeWithCallback.builder()
        .name("weir_query_unreadable_blocks")
        .help(
            "Blocks in the store that cannot be opened, as last listed. What is in them is missing"
                + " from answers, which say so.")
        .callback(gauge -> gauge.call(catalog.current().unreadable().size()))
        .register(registry);
    listings =
        Counter.builder()
            .name("weir_query_block_listings_total")
            .help("Listings of the block store, by outcome.")
            .labelNames("outcome")
            .register(registry);
    pushed =
        Counter.builder()
            .name("weir_query_pushed_total")
            .help(
                "Queries of which storage nodes evaluated leaves, by outcome; those that failed were"
                    + " evaluated from samples.")
            .labelNames("outcome")
            .register(registry);
  }

  void pushed(PushedQueries.Outcome outcome) {
    switch (outcome) {
      case PUSHED -> pushed.labelValues("success").inc();
      case FAILED -> pushed.labelValues("failure").inc();
    }
  }

  void listed() {
    listings.labelValues("success").inc();
  }

  void listingFailed() {
    listings.labelValues("failure").inc();
  }
}
