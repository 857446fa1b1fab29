/// The reader's side of samples: which layout a row belongs to, and what to do while that is not
/// known yet.
@NullMarked
package dev.weir.schemas.read;

import org.jspecify.annotations.NullMarked;
