/// Rules over many times at once, with the results that each time by itself would give: values of
/// expressions as columns, what rules record of them, and sources that show what was recorded.
@NullMarked
package dev.weir.history.range;

import org.jspecify.annotations.NullMarked;
