package dev.weir.standalone.pipeline;

import dev.weir.objects.Operation;
import dev.weir.objects.RequestCounts;
import dev.weir.objects.cache.CachedBlockStore;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/// What a process counts of its object store.
final class ObjectStoreMetrics {
  private ObjectStoreMetrics() {}

  /// @param cache of queries, where this process answers any
  static void register(
      PrometheusRegistry registry,
      RequestCounts counts,
      Supplier<Optional<CachedBlockStore>> cache) {
    byOperation(
        registry,
        "weir_object_store_requests_total",
        "Requests to the object store, those that failed among them.",
        operation -> counts.attempts(operation));
    byOperation(
        registry,
        "weir_object_store_request_failures_total",
        "Requests that the object store did not answer, or refused. They are put again for a while.",
        operation -> counts.failures(operation));
    byOperation(
        registry,
        "weir_object_store_request_seconds_total",
        "What requests to the object store took together.",
        counts::seconds);
    CounterWithCallback.builder()
        .name("weir_object_store_bytes_total")
        .help("Bytes of blocks that went to the object store or came from it.")
        .labelNames("direction")
        .callback(counter -> {
          counter.call((double) counts.bytesRead(), "read");
          counter.call((double) counts.bytesWritten(), "written");
        })
        .register(registry);
    CounterWithCallback.builder()
        .name("weir_object_store_cache_requests_total")
        .help("Pieces of blocks that queries wanted, by where they were.")
        .labelNames("result")
        .callback(counter ->
            with(
                cache,
                store -> {
                  counter.call((double) store.memoryHits(), "memory");
                  counter.call((double) store.directoryHits(), "directory");
                  counter.call((double) store.fetched(), "fetched");
                }))
        .register(registry);
    GaugeWithCallback.builder()
        .name("weir_object_store_cache_bytes")
        .help("Bytes of blocks, as they are stored, that are kept for queries.")
        .labelNames("place")
        .callback(gauge ->
            with(
                cache,
                store -> {
                  gauge.call((double) store.memoryBytes(), "memory");
                  gauge.call((double) store.directoryBytes(), "directory");
                }))
        .register(registry);
    CounterWithCallback.builder()
        .name("weir_object_store_cache_damaged_total")
        .help("Files of the cache whose checksum was wrong. They were fetched again.")
        .callback(counter -> with(cache, store -> counter.call((double) store.damagedFiles())))
        .register(registry);
  }

  private static void with(
      Supplier<Optional<CachedBlockStore>> cache, Consumer<CachedBlockStore> show) {
    cache.get().ifPresent(show);
  }

  private static void byOperation(
      PrometheusRegistry registry, String name, String help, ToDoubleFunction<Operation> value) {
    CounterWithCallback.builder()
        .name(name)
        .help(help)
        .labelNames("operation")
        .callback(counter -> {
          for (Operation operation : Operation.values()) {
            counter.call(value.applyAsDouble(operation), operation.toString());
          }
        })
        .register(registry);
  }
}
