/// Reads groups of series from a source and turns them into blocks: windows over shared timestamps,
/// instant selectors, and the pipeline that works on several groups at once.
@NullMarked
package dev.weir.promql.eval.select;

import org.jspecify.annotations.NullMarked;
