package dev.weir.blocks.node;

import dev.weir.model.Tenant;
import dev.weir.model.WeirException;
import dev.weir.model.source.SeriesSource;

/// Evaluates the leaves of queries: blocks know nothing of the language. Safe for use by many
/// threads.
@FunctionalInterface
public interface LeafEvaluator {
  /// Evaluates nothing.
  LeafEvaluator NONE =
      (_, _, _) -> {
        throw new WeirException.Unavailable("this storage node evaluates no queries");
      };

  /// @param source the rows of the partitions that the question is about
  /// @throws WeirException.Unavailable if it is split differently here
  /// @throws WeirException what the query is at fault for, and limits that it reached
  LeafAnswer evaluate(SeriesSource source, Tenant tenant, LeafQuestion question);
}
