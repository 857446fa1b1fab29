package dev.weir.promql.eval.standing;

import java.util.List;

/// The series that a selector selects. Two selections are the same if they are one object.
///
/// @param blocks in the order in which [dev.weir.model.source.SeriesSource] gives the groups
public record StandingSelection(List<Block> blocks) {
  /// The selected series of one group.
  public record Block(StandingGroup group, List<StandingColumn> columns) {
    public Block {
      columns = List.copyOf(columns);
    }
  }

  public StandingSelection {
    blocks = List.copyOf(blocks);
  }
}
