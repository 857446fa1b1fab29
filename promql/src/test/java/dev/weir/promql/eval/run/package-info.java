<<<<<<< HEAD
/// Tests of [dev.weir.promql.eval.run].
=======
>>>>>>> exact
@NullMarked
package dev.weir.promql.eval.run;

import org.jspecify.annotations.NullMarked;
