package dev.weir.promql.query;

import java.util.Optional;

/// Is told what a query took, also when it failed and has no result to say so; and may say how long
/// its result is in memory.
@FunctionalInterface
public interface QueryObserver {
  QueryObserver NONE = (statistics, stoppedBy) -> {};

  /// Called once, by the thread that asked for the query, when it has parsed and ended.
  ///
  /// @param stoppedBy the limit that ended it, if one did
  void ended(QueryStatistics statistics, Optional<QueryLimit> stoppedBy);

  /// Called once, before [#ended], when there is a result. What the result takes counts as memory
  /// of the queries until it is given back, which is at once unless somebody knows better.
  ///
  /// @param giveBack to be run when nobody has the result any more; what comes later does nothing
  default void answered(Runnable giveBack) {
    giveBack.run();
  }
}
