/// Measures how fast chunks are written and read.
@NullMarked
package dev.weir.blocks.chunk;

import org.jspecify.annotations.NullMarked;
