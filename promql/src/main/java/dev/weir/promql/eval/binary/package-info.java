/// Operators between two values: arithmetic and comparison of columns, the matching of two vectors'
/// series, and set operators.
@NullMarked
package dev.weir.promql.eval.binary;

import org.jspecify.annotations.NullMarked;
