/// Aggregation operators: one accumulator for each series of the result, fed block by block. Each
/// block is reduced by the thread that computed it, and what is left of it is merged in order, so
/// memory follows the result.
@NullMarked
package dev.weir.promql.eval.aggregate;

import org.jspecify.annotations.NullMarked;
