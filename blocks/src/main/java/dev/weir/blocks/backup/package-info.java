/// Copies of everything that counts in a store, whole and checked, and the way back from them into
/// an empty data directory.
@NullMarked
package dev.weir.blocks.backup;

import org.jspecify.annotations.NullMarked;
