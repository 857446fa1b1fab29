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
/// @param alignedMillis what all windows begin and end at multiples of, since the epoch; of an
///   instant selector, what its times are multiples of. 0 where that is not known, or where more
///   than the samples in the windows is looked at
public record SelectHints(
    long stepMillis,
    long rangeMillis,
    Optional<String> function,
    List<String> grouping,
    boolean by,
    boolean seriesOnly,
    long alignedMillis) {
  public static final SelectHints NONE =
      new SelectHints(0, 0, Optional.empty(), List.of(), false, false);

  public SelectHints {
    grouping = List.copyOf(grouping);
    if (alignedMillis < 0) {
      throw new IllegalArgumentException("windows at multiples of %d ms".formatted(alignedMillis));
    }
  }

  /// Of windows that may begin and end at any time.
  public SelectHints(
      long stepMillis,
      long rangeMillis,
      Optional<String> function,
      List<String> grouping,
      boolean by,
      boolean seriesOnly) {
    this(stepMillis, rangeMillis, function, grouping, by, seriesOnly, 0);
  }

  /// The same of windows that begin and end at multiples of a time.
  public SelectHints alignedTo(long millis) {
    return new SelectHints(stepMillis, rangeMillis, function, grouping, by, seriesOnly, millis);
  }

  /// What is taken from the samples.
  public Aspect aspect() {
    return Aspect.of(function, rangeMillis);
  }
}
