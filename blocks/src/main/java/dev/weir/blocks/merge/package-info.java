/// Several sources as one: every series once, stitched where it spans sources, layouts or groups.
/// Knows only the seam in [dev.weir.model.source], so blocks, heads and remote nodes merge alike.
@NullMarked
package dev.weir.blocks.merge;

import org.jspecify.annotations.NullMarked;
