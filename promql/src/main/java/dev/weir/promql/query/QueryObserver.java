package dev.weir.promql.query;

import java.util.Optional;

/// Is told what a query took, also when it failed and has no result to say so.
@FunctionalInterface
public interface QueryObserver {
  QueryObserver NONE = (statistics, stoppedBy) -> {};

  /// Called once, by the thread that asked for the query, when it has parsed and ended.
  ///
  /// @param stoppedBy the limit that ended it, if one did
  void ended(QueryStatistics statistics, Optional<QueryLimit> stoppedBy);
}
