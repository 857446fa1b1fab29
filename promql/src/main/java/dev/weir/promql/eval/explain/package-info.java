/// Notes what a query does while it does it: which part of the expression is evaluated at how many
/// steps, what it reads, and where time goes.
@NullMarked
package dev.weir.promql.eval.explain;

import org.jspecify.annotations.NullMarked;
