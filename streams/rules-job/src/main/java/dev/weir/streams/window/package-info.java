/// The part of a partition that rules look back on: its latest rows, with only the columns that
/// some rule selects. Knows neither rules nor how state is kept.
@NullMarked
package dev.weir.streams.window;

import org.jspecify.annotations.NullMarked;
