/// The language evaluated as it is defined: every step looks at every sample again, with maps and
/// exact decimals. What the engine is compared with, over random expressions.
@NullMarked
package dev.weir.promql.oracle;

import org.jspecify.annotations.NullMarked;
