/// What travels on Kafka: Avro schemas with their history, topics, keys, the partitioner, serdes
/// and the schema registry.
@NullMarked
package dev.weir.schemas;

import org.jspecify.annotations.NullMarked;
