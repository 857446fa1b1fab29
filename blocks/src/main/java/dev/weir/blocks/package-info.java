/// Chunks, index, head, blocks, compaction and object stores. Knows neither Kafka nor HTTP.
///
/// From the bottom up: [dev.weir.blocks.bytes] reads and writes primitives, [dev.weir.blocks.chunk]
/// compresses columns, [dev.weir.blocks.block] arranges them in files with an index and reads them
/// back as a series source, [dev.weir.blocks.store] keeps the files and knows which of them make up
/// a partition's past, [dev.weir.blocks.compaction] merges small ones. [dev.weir.blocks.tsdb] reads
/// and writes Prometheus's blocks, [dev.weir.blocks.exchange] makes one kind from the other.
@NullMarked
package dev.weir.blocks;

import org.jspecify.annotations.NullMarked;
