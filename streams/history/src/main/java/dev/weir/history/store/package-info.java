/// The history that a job reads: blocks of a store, as a source of series.
@NullMarked
package dev.weir.history.store;

import org.jspecify.annotations.NullMarked;
