package dev.weir.blocks.block;

import static java.util.Objects.requireNonNull;

import dev.weir.model.GroupKey;
import dev.weir.model.Layout;

/// A layout that rows after the block's end may refer to, so that whoever goes on from there knows
/// it without reading older records.
///
/// @param epoch of the producer that wrote the group's last row; rows of older epochs are dropped
/// @param nextDueMillis when the group's next row is due; [Long#MAX_VALUE] where nobody knows
public record LiveLayout(GroupKey group, Layout layout, long epoch, long nextDueMillis) {
  public LiveLayout {
    requireNonNull(group, "group");
    requireNonNull(layout, "layout");
  }
}
