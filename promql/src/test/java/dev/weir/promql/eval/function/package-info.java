/// Tests of [dev.weir.promql.eval.function].
@NullMarked
package dev.weir.promql.eval.function;

import org.jspecify.annotations.NullMarked;
