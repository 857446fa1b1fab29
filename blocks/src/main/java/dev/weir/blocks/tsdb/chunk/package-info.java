/// Prometheus's chunks: the samples of one series, a bit stream. Knows nothing of files and labels;
/// [dev.weir.blocks.tsdb] finds chunks in segments and writes them there.
@NullMarked
package dev.weir.blocks.tsdb.chunk;

import org.jspecify.annotations.NullMarked;
