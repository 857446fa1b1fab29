/// The same samples and the same queries given to Weir and to Debian's Prometheus, and every
/// difference in the answers explained: see [CompareQueries].
@NullMarked
package dev.weir.benchmarks.comparison;

import org.jspecify.annotations.NullMarked;
