/// Deletes samples by matchers and time without touching a block: a
/// [dev.weir.blocks.deletion.Deletion] is an object of its own in the store, readers leave out what
/// it names, and compaction writes the blocks anew without it. What arrives later has a higher
/// offset and is not deleted.
@NullMarked
package dev.weir.blocks.deletion;

import org.jspecify.annotations.NullMarked;
