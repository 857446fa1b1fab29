/// The storage sink: reads `weir.samples` and `weir.recorded` into heads, makes the blocks of each
/// partition's chain, exactly once, and serves what is in no block yet as a storage node.
///
/// One thread ([SinkWorker]) reads Kafka and owns all heads; blocks are written beside it
/// ([BlockFlusher]); nothing but the chain of blocks says what is durable
/// ([dev.weir.blocks.catalog.ChainPublisher]).
@NullMarked
package dev.weir.sink;

import org.jspecify.annotations.NullMarked;
