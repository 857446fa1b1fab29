/// Tests of the evaluator: sentences about single functions, and an oracle that evaluates sample by
/// sample.
@NullMarked
package dev.weir.promql.eval;

import org.jspecify.annotations.NullMarked;
