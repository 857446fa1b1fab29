/// What travels on Kafka: records as types and as Avro, with their schemas' history, the topics and
/// the keys. [dev.weir.schemas.publish] is the producer's side of samples, [dev.weir.schemas.read]
/// the consumer's, [dev.weir.schemas.wire] what names a record's schema.
@NullMarked
package dev.weir.schemas;

import org.jspecify.annotations.NullMarked;
