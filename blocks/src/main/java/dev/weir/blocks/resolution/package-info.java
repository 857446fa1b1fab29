/// Decides, for each selection of a query, which stretches of time are read as samples and which as
/// windows of a [dev.weir.blocks.store.Resolution], and reads them as one source.
@NullMarked
package dev.weir.blocks.resolution;

import org.jspecify.annotations.NullMarked;
