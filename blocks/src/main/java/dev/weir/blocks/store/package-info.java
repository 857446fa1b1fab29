/// Keeps block files and knows which of them make up a partition's past. A store lists, reads
/// ranges, publishes exclusively and deletes; here is the one over a local directory, object stores
/// are further implementations of [dev.weir.blocks.store.BlockStore].
///
/// Names carry the order: [dev.weir.blocks.store.BlockName]. Of several writers that publish under
/// one name exactly one wins, on every store, and that is all the coordination there is.
@NullMarked
package dev.weir.blocks.store;

import org.jspecify.annotations.NullMarked;
