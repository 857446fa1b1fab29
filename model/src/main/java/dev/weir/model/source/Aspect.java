package dev.weir.model.source;

import java.util.Optional;

/// What a reader takes from the samples in its windows. A source that keeps windows instead of
/// samples keeps one column for each of these; where nothing but the samples themselves will do, it
/// is [#SAMPLES].
public enum Aspect {
  /// Every sample.
  SAMPLES,
  /// The first and the last sample of each window, and how far a counter came in between.
  EDGES,
  /// Sums, and of how many samples.
  SUMS,
  /// The least of each window.
  MINIMA,
  /// The greatest of each window.
  MAXIMA;

  /// What is taken by a function, or by a selector of the latest sample.
  static Aspect of(Optional<String> function, long rangeMillis) {
    if (rangeMillis == 0) {
      return EDGES;
    }
    return switch (function.orElse("")) {
      case "rate",
          "increase",
          "delta",
          "first_over_time",
          "last_over_time",
          "ts_of_first_over_time",
          "ts_of_last_over_time",
          "present_over_time",
          "absent_over_time" ->
          EDGES;
      case "sum_over_time", "count_over_time", "avg_over_time" -> SUMS;
      case "min_over_time" -> MINIMA;
      case "max_over_time" -> MAXIMA;
      default -> SAMPLES;
    };
  }
}
