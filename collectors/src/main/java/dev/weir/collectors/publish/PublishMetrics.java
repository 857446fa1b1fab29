package dev.weir.collectors.publish;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.function.Supplier;

/// What is counted of publishing.
final class PublishMetrics {
  private static final double NANOS = 1e9;

  private final PrometheusRegistry registry;
  private final Counter records;
  private final Counter rows;
  private final Counter samples;
  private final Counter bytes;
  private final Counter layouts;
  private final Counter droppedRows;
  private final Counter droppedSamples;
  private final Histogram latency;

  PublishMetrics(PrometheusRegistry registry) {
    this.registry = registry;
    records = counter("weir_collector_published_records", "Records that Kafka acknowledged.");
    rows = counter("weir_collector_published_rows", "Rows that Kafka acknowledged.");
    samples = counter("weir_collector_published_samples", "Samples that Kafka acknowledged.");
    bytes =
        counter(
            "weir_collector_published_bytes",
            "Bytes of acknowledged records before Kafka compresses them.");
    layouts =
        counter("weir_collector_published_layouts", "Acknowledged records that carry a layout.");
    droppedRows =
        Counter.builder()
            .name("weir_collector_buffer_dropped_rows_total")
            .help("Rows that were lost: the buffer was full, or Kafka refused them.")
            .labelNames("reason")
            .register(registry);
    droppedSamples =
        Counter.builder()
            .name("weir_collector_buffer_dropped_samples_total")
            .help("Samples of the rows that were lost.")
            .labelNames("reason")
            .register(registry);
    for (Drop drop : Drop.values()) {
      droppedRows.initLabelValues(drop.text);
      droppedSamples.initLabelValues(drop.text);
    }
    latency =
        Histogram.builder()
            .name("weir_collector_publish_duration_seconds")
            .help("Time from a row's arrival in the buffer to Kafka's acknowledgement.")
            .classicOnly()
            .classicUpperBounds(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60)
            .register(registry);
  }

  /// Why rows were lost.
  enum Drop {
    BUFFER_FULL("buffer_full"),
    REFUSED("refused"),
    STOPPED("stopped");

    private final String text;

    Drop(String text) {
      this.text = text;
    }
  }

  private Counter counter(String name, String help) {
    return Counter.builder().name(name + "_total").help(help).register(registry);
  }

  void watch(RowBuffer buffer) {
    gauge("weir_collector_buffer_bytes", "Memory of the rows that wait to be sent.", buffer::bytes);
    gauge("weir_collector_buffer_records", "Records that wait to be sent.", buffer::size);
    gauge(
        "weir_collector_buffer_age_seconds",
        "How long the oldest record has been waiting to be sent.",
        () -> {
          long now = System.nanoTime();
          return (now - buffer.oldestNanos(now)) / NANOS;
        });
  }

  private void gauge(String name, String help, Supplier<Number> value) {
    GaugeWithCallback.builder()
        .name(name)
        .help(help)
        .callback(callback -> callback.call(value.get().doubleValue()))
        .register(registry);
  }

  void acknowledged(OutgoingRows outgoing, int recordBytes, boolean layout, long nanos) {
    records.inc();
    rows.inc(outgoing.rows().rows().size());
    samples.inc(samples(outgoing));
    bytes.inc(recordBytes);
    if (layout) {
      layouts.inc();
    }
    latency.observe(nanos / NANOS);
  }

  void dropped(OutgoingRows outgoing, Drop reason) {
    droppedRows.labelValues(reason.text).inc(outgoing.rows().rows().size());
    droppedSamples.labelValues(reason.text).inc(samples(outgoing));
  }

  private static int samples(OutgoingRows outgoing) {
    return outgoing.rows().rows().stream().mapToInt(row -> row.sampleCount()).sum();
  }
}
