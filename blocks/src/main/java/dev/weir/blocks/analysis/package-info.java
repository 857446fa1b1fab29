/// Answers questions that people have about blocks: where the series come from.
@NullMarked
package dev.weir.blocks.analysis;

import org.jspecify.annotations.NullMarked;
