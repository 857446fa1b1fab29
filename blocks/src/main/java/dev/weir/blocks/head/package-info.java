/// The head: samples that are not in a block yet, and those that just went into one. Rows stay as
/// they came, indexed by group, layout and offset; an append stores a reference. Rows become
/// columns when a reader or the block writer asks. Offsets come from outside: this package knows no
/// Kafka, and holds no clock.
@NullMarked
package dev.weir.blocks.head;

import org.jspecify.annotations.NullMarked;
