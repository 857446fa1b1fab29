/// Tests of [dev.weir.promql.eval.aggregate].
@NullMarked
package dev.weir.promql.eval.aggregate;

import org.jspecify.annotations.NullMarked;
