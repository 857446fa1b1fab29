/// The syntax tree of PromQL: expressions, durations, operators, and the catalogue of functions
/// with their signatures. Nodes are immutable values that know their type and where in the query
/// they stand; they know nothing of how they are read, printed or evaluated.
@NullMarked
package dev.weir.promql.ast;

import org.jspecify.annotations.NullMarked;
