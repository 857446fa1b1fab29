/// Measures how fast range functions go over a column.
@NullMarked
package dev.weir.promql.eval.range;

import org.jspecify.annotations.NullMarked;
