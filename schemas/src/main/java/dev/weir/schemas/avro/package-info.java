/// Avro's binary encoding without generic records: a writer that grows, a reader that trusts no
/// length, and the schemas that a record may have been written with.
@NullMarked
package dev.weir.schemas.avro;

import org.jspecify.annotations.NullMarked;
