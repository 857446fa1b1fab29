package dev.weir.benchmarks.comparison;

import java.util.List;

/// What is written to the servers, and what queries may ask for.
///
/// The milliseconds of all timestamps are within [#FIRST_MILLIS] and [#LAST_MILLIS], and those of
/// no bound of a window are (see [QueryGrammar]): it makes no difference whether a window's left
/// end is open, as in Prometheus 3, or closed, as before.
record ComparedData(List<Series> series, List<Metric> metrics, long startMillis, long endMillis) {
  static final int FIRST_MILLIS = 201;
  static final int LAST_MILLIS = 899;

  ComparedData {
    series = List.copyOf(series);
    metrics = List.copyOf(metrics);
  }

  /// Several that cover the same time, as one.
  static ComparedData together(List<ComparedData> sets) {
    ComparedData first = sets.getFirst();
    return new ComparedData(
        sets.stream().flatMap(set -> set.series().stream()).toList(),
        sets.stream().flatMap(set -> set.metrics().stream()).toList(),
        first.startMillis(),
        first.endMillis());
  }

  long samples() {
    return series.stream().mapToLong(one -> one.values().length).sum();
  }
}
