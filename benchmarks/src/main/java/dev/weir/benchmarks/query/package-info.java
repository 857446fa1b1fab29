/// Queries over HTTP, side by side with the servers that people run today.
@NullMarked
package dev.weir.benchmarks.query;

import org.jspecify.annotations.NullMarked;
