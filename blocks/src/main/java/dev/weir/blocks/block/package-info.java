/// Block files: immutable sets of columns with an index, written in one pass and read by range.
///
/// [dev.weir.blocks.block.BlockWriter] takes groups and writes a file,
/// [dev.weir.blocks.block.BlockReader] opens one, and [dev.weir.blocks.block.BlockSeriesSource]
/// answers queries from it. The file's grammar stands at [dev.weir.blocks.block.BlockFormat] and
/// the classes it names.
@NullMarked
package dev.weir.blocks.block;

import org.jspecify.annotations.NullMarked;
