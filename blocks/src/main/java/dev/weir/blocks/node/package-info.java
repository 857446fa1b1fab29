/// Storage nodes: who serves the rows that are in no block yet, how a reader asks for them by
/// offset, and the bytes that question and answer travel as. Whoever carries those bytes (HTTP, a
/// pipe in a test) lives elsewhere.
@NullMarked
package dev.weir.blocks.node;

import org.jspecify.annotations.NullMarked;
