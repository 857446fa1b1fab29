/// Asks the query API what expressions come to that the stream cannot evaluate: those that look
/// further back than its window, or at other times than the evaluation's. Questions are asked off
/// the stream's threads; answers come back to the merge as records, as partial results do.
@NullMarked
package dev.weir.streams.query;

import org.jspecify.annotations.NullMarked;
