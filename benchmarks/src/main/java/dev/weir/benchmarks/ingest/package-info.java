/// What taking samples costs: processor time a sample, and memory an active series, beside
/// Prometheus and VictoriaMetrics.
@NullMarked
package dev.weir.benchmarks.ingest;

import org.jspecify.annotations.NullMarked;
