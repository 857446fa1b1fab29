/// Tests of [dev.weir.promql.eval.binary].
@NullMarked
package dev.weir.promql.eval.binary;

import org.jspecify.annotations.NullMarked;
