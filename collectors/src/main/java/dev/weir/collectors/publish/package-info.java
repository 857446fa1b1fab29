/// Brings rows to `weir.samples`, and the state of targets and metadata to their compacted topics.
/// Rows wait in a bounded buffer while Kafka is away.
@NullMarked
package dev.weir.collectors.publish;

import org.jspecify.annotations.NullMarked;
