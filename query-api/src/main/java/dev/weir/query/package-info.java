/// The Prometheus HTTP API over storage nodes and blocks.
@NullMarked
package dev.weir.query;

import org.jspecify.annotations.NullMarked;
