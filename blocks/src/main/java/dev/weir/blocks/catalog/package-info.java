/// Knows which blocks a store holds and which of them count. Every reader of a store comes to the
/// same answer from the same listing, without talking to any other: see
/// [dev.weir.blocks.catalog.BlockSnapshot].
@NullMarked
package dev.weir.blocks.catalog;

import org.jspecify.annotations.NullMarked;
