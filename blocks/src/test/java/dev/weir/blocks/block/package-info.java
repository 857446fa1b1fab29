/// Tests of block files.
@NullMarked
package dev.weir.blocks.block;

import org.jspecify.annotations.NullMarked;
