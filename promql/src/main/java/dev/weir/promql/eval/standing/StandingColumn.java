package dev.weir.promql.eval.standing;

import dev.weir.model.Labels;

/// The samples of one series at the rows of its group.
public interface StandingColumn {
  Labels labels();

  /// The float at a row that is kept; [dev.weir.model.AbsentValue] where there is none. May be a
  /// staleness marker.
  double value(long row);

  /// Whether some sample is, or was, a native histogram.
  boolean hasHistograms();

  /// Changes whenever anything else happens to the column than that rows are added behind the last
  /// or dropped before the first: a row that came late, a value that came after its row.
  long revision();
}
