/// Tests of [dev.weir.promql.eval.run].
@NullMarked
package dev.weir.promql.eval.run;

import org.jspecify.annotations.NullMarked;
