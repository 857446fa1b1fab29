/// The producer's side of samples: which slice a series belongs to, how pushed samples become rows,
/// and when a record carries its layout.
@NullMarked
package dev.weir.schemas.publish;

import org.jspecify.annotations.NullMarked;
