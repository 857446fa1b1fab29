/// Rule groups as the job sees them: which version of a group holds at a time, and how its
/// expressions are split.
@NullMarked
package dev.weir.streams.definition;

import org.jspecify.annotations.NullMarked;
