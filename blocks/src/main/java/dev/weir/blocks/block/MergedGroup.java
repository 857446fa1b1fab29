package dev.weir.blocks.block;

import java.util.List;

/// A group's rows in all places of a window that have any.
///
/// @param merge of the timestamps, with a place for each of the rows
record MergedGroup(GroupMerge merge, List<Rows> rows) {
  /// A group's rows in one place.
  ///
  /// @param rows all of the place
  /// @param from the first in the window
  /// @param to after the last in the window
  record Rows(int place, int rows, int from, int to) {}
}
