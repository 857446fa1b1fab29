/// Tests of [dev.weir.promql.eval.range].
@NullMarked
package dev.weir.promql.eval.range;

import org.jspecify.annotations.NullMarked;
