/// How long rules over months of history take.
@NullMarked
package dev.weir.benchmarks.history;

import org.jspecify.annotations.NullMarked;
