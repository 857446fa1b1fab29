/// Reads PromQL into the tree of `dev.weir.promql.ast` and checks its types, with the error
/// messages of Prometheus. Hand-written: a lexer that knows whether it is inside braces or
/// brackets, and a recursive-descent parser that climbs operator precedence.
@NullMarked
package dev.weir.promql.parser;

import org.jspecify.annotations.NullMarked;
