/// Prometheus's HTTP API: parameters in, envelopes of JSON out. What is answered comes from a
/// `SeriesSource` and from views of compacted topics; nothing here knows blocks or Kafka.
@NullMarked
package dev.weir.query.api;

import org.jspecify.annotations.NullMarked;
