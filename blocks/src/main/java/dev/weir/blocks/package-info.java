/// Chunks, index, head, blocks, compaction and object stores. Knows neither Kafka nor HTTP.
@NullMarked
package dev.weir.blocks;

import org.jspecify.annotations.NullMarked;
