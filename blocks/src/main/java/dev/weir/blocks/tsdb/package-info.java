/// Blocks as Prometheus writes them, read and written: directories of segments with chunks
/// ([dev.weir.blocks.tsdb.chunk]), an index, tombstones and a `meta.json`. Knows nothing of Weir's
/// own blocks; [dev.weir.blocks.exchange] converts one into the other.
///
/// Memory follows the labels, never the samples: a series is read or written at a time.
@NullMarked
package dev.weir.blocks.tsdb;

import org.jspecify.annotations.NullMarked;
