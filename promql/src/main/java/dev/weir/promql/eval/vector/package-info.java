/// Instant vectors at many steps: series with one value a step, in blocks, and streams of blocks.
/// Blocks are what groups become; whoever holds a block may change it in place.
@NullMarked
package dev.weir.promql.eval.vector;

import org.jspecify.annotations.NullMarked;
