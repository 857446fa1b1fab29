/// Receives pushed samples: Prometheus remote write 1.0. Samples are regrouped into rows by tenant,
/// job, instance and timestamp, and a request is answered when Kafka has them for good.
@NullMarked
package dev.weir.collectors.write;

import org.jspecify.annotations.NullMarked;
