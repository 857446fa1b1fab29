/// Tests of [dev.weir.promql.eval.select].
@NullMarked
package dev.weir.promql.eval.select;

import org.jspecify.annotations.NullMarked;
