/// Writes what rules would have recorded as blocks.
@NullMarked
package dev.weir.history.backfill;

import org.jspecify.annotations.NullMarked;
