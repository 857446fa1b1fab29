/// Metrics of the process itself, by the official Prometheus client, and their exposition.
@NullMarked
package dev.weir.service.metrics;

import org.jspecify.annotations.NullMarked;
