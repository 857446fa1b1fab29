/// Writes expressions as text that parses to the same tree: on one line, or broken over several for
/// people to read.
@NullMarked
package dev.weir.promql.printer;

import org.jspecify.annotations.NullMarked;
