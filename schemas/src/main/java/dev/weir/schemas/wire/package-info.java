/// How a record says which schema it was written with: Avro's single-object encoding, or
/// Confluent's wire format where there is a schema registry. The first byte tells them apart.
@NullMarked
package dev.weir.schemas.wire;

import org.jspecify.annotations.NullMarked;
