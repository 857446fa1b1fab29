/// The state of one running query: what it may still use, whether it has to stop, and what it has
/// to say beside its value.
@NullMarked
package dev.weir.promql.eval.run;

import org.jspecify.annotations.NullMarked;
