/// Measurements of the whole pipeline, run from its release directory as a user runs it.
@NullMarked
package dev.weir.benchmarks.pipeline;

import org.jspecify.annotations.NullMarked;
