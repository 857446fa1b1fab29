/// JMH benchmarks and side-by-side measurements against other servers.
@NullMarked
package dev.weir.benchmarks;

import org.jspecify.annotations.NullMarked;
