/// Keeps parts of blocks near, as they are stored: what a query reads of an object store is fetched
/// in stretches, once, and kept within bounds in memory and in a directory. Knows nothing of what
/// the bytes mean, and works over any [dev.weir.blocks.store.BlockStore].
@NullMarked
package dev.weir.objects.cache;

import org.jspecify.annotations.NullMarked;
