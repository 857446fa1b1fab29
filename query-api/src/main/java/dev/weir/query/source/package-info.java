/// What a query reads: the blocks of the store, and from the storage nodes whatever is not in a
/// block yet, joined by offsets.
///
/// A query knows the blocks as of a moment ago. For every partition it asks the owner, whom the
/// topic of members names, for everything from the offset where those blocks end. Owners keep rows
/// for a while after they went into a block, so the two always join. A partition whose owner does
/// not answer becomes a warning and an earlier "complete to", never silently less data.
@NullMarked
package dev.weir.query.source;

import org.jspecify.annotations.NullMarked;
