/// The seam between storage and query: whoever has samples offers them as groups, and whoever needs
/// samples asks for them by labels and time. Storage never learns of expressions, queries never
/// learn of blocks.
@NullMarked
package dev.weir.model.source;

import org.jspecify.annotations.NullMarked;
