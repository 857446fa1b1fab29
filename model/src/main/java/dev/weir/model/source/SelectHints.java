package dev.weir.model.source;

import java.util.List;
import java.util.Optional;

/// What the reader will do with the samples. A source may use it to read less; ignoring it is
/// right, too.
///
/// @param stepMillis distance between evaluations; 0 for one evaluation
/// @param rangeMillis length of the window in the selector (`[5m]`); 0 for an instant selector
/// @param function the function or aggregation that is applied directly
/// @param grouping labels of the aggregation that is applied directly, with `by` or `without`
/// @param by whether grouping labels are kept rather than dropped
/// @param seriesOnly whether only labels are wanted, and [SeriesGroup#read] is never called
public record SelectHints(
    long stepMillis,
    long rangeMillis,
    Optional<String> function,
    List<String> grouping,
    boolean by,
    boolean seriesOnly) {
  public static final SelectHints NONE =
      new SelectHints(0, 0, Optional.empty(), List.of(), false, false);

  public SelectHints {
    grouping = List.copyOf(grouping);
  }
}
