/// Measures what samples cost on Kafka: bytes in the topic, time to write and to read a record.
@NullMarked
package dev.weir.benchmarks.schemas;

import org.jspecify.annotations.NullMarked;
