/// Divides rules over a stretch of the past into work that can be done side by side: which rules
/// depend on each other, how far back each has to begin, and which slices of time there are.
@NullMarked
package dev.weir.history.plan;

import org.jspecify.annotations.NullMarked;
