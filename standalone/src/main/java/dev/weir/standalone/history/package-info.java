/// The commands over history: `weir backtest` and `weir backfill`. They alone have Flink's jars on
/// their class path.
@NullMarked
package dev.weir.standalone.history;

import org.jspecify.annotations.NullMarked;
