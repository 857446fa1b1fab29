/// Tests of [dev.weir.benchmarks.comparison].
@NullMarked
package dev.weir.benchmarks.comparison;

import org.jspecify.annotations.NullMarked;
