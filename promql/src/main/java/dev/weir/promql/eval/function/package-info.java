/// Functions that change each value or each series by itself, and functions without a vector.
@NullMarked
package dev.weir.promql.eval.function;

import org.jspecify.annotations.NullMarked;
