/// Functions of range vectors: a kernel sees the samples of one series as plain arrays and the
/// bounds of each step's window, and slides where windows overlap.
@NullMarked
package dev.weir.promql.eval.range;

import org.jspecify.annotations.NullMarked;
