/// Merges the blocks of a partition into larger ones, a tenant and a level at a time. Nobody is
/// asked and nothing is locked: a compacted block appears under its name at once and for good,
/// readers then leave its sources alone, and sources go when nobody reads them any longer. A crash
/// between any two of these steps leaves the old or the new, and never half of either.
@NullMarked
package dev.weir.blocks.compaction;

import org.jspecify.annotations.NullMarked;
