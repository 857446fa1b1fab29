/// The Flink job that works through the past (backtests, backfilling, downsampling) will live here.
/// Nothing is implemented yet.
@NullMarked
package dev.weir.history;

import org.jspecify.annotations.NullMarked;
