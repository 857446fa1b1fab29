/// Queries over several storage nodes: needs the query API and the sink, which know nothing of each
/// other, so it is tested here.
@NullMarked
package dev.weir.query.source;

import org.jspecify.annotations.NullMarked;
