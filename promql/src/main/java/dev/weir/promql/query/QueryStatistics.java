package dev.weir.promql.query;

import java.util.List;

/// What a query took. Durations are in nanoseconds.
///
/// @param samplesRead samples that the selectors' series had in the ranges that were read
/// @param peakSamples most samples that were in memory at once
/// @param seriesRead series that the selectors selected
/// @param groupsRead groups that they came in
/// @param queryableSamples samples that the query looked at, as Prometheus counts them: whatever a
///   window holds counts at every step, and a histogram as many samples as it is large; 0 if nobody
///   wanted to know
/// @param queryableSamplesPerStep the same for each step; empty if nobody wanted to know
/// @param queueNanos waiting for a place among the running queries
/// @param parseNanos reading the query
/// @param evalNanos evaluating it, reading samples and sorting the result included
/// @param sortNanos sorting the result
public record QueryStatistics(
    long samplesRead,
    long peakSamples,
    long seriesRead,
    long groupsRead,
    long queryableSamples,
    List<StepSamples> queryableSamplesPerStep,
    long queueNanos,
    long parseNanos,
    long evalNanos,
    long sortNanos) {
  /// Samples that were looked at for one step.
  public record StepSamples(long timestampMillis, long samples) {}

  public QueryStatistics {
    queryableSamplesPerStep = List.copyOf(queryableSamplesPerStep);
  }

  /// Of a query that never ran.
  public static QueryStatistics ofQueue(long queueNanos, long parseNanos) {
    return new QueryStatistics(0, 0, 0, 0, 0, List.of(), queueNanos, parseNanos, 0, 0);
  }

  public long totalNanos() {
    return queueNanos + parseNanos + evalNanos;
  }
}
