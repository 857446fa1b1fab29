package dev.weir.blocks.node;

import static java.util.Objects.requireNonNull;

import dev.weir.model.Labels;
import dev.weir.model.source.Completeness;
import dev.weir.model.source.GroupSamples;
import java.util.List;

/// What the leaves of a query came to on a storage node.
///
/// @param leaves by number
/// @param remarks about the query, in the planner's own notation
/// @param completeness of the rows that were read
public record LeafAnswer(List<Vector> leaves, List<String> remarks, Completeness completeness) {
  /// A leaf's instant vector at each step.
  ///
  /// @param samples a column for each series; the timestamps are the steps
  public record Vector(List<Labels> series, GroupSamples samples) {
    public Vector {
      series = List.copyOf(series);
      if (samples.columns().size() != series.size()) {
        throw new IllegalArgumentException(
            samples.columns().size() + " columns for " + series.size() + " series");
      }
    }
  }

  public LeafAnswer {
    leaves = List.copyOf(leaves);
    remarks = List.copyOf(remarks);
    requireNonNull(completeness, "completeness");
  }
}
