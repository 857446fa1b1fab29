/// Moves samples between a store of Weir's blocks and blocks of Prometheus's
/// ([dev.weir.blocks.tsdb]), in both directions, a group of series at a time.
@NullMarked
package dev.weir.blocks.exchange;

import org.jspecify.annotations.NullMarked;
