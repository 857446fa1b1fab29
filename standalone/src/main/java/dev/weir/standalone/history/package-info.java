/// The commands over history: `weir backtest`, `weir backfill` and `weir downsample`. They alone
/// have Flink's jars on their class path.
@NullMarked
package dev.weir.standalone.history;

import org.jspecify.annotations.NullMarked;
