/// What evaluating rules costs, beside Prometheus on the same targets.
@NullMarked
package dev.weir.benchmarks.rules;

import org.jspecify.annotations.NullMarked;
