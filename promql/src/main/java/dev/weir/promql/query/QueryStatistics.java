package dev.weir.promql.query;

/// What a query took. Durations are in nanoseconds.
///
/// @param samplesRead samples that the selectors' series had in the ranges that were read
/// @param peakSamples most samples that were in memory at once
/// @param seriesRead series that the selectors selected
/// @param groupsRead groups that they came in
/// @param queueNanos waiting for a place among the running queries
/// @param parseNanos reading the query
/// @param evalNanos evaluating it, reading samples included
public record QueryStatistics(
    long samplesRead,
    long peakSamples,
    long seriesRead,
    long groupsRead,
    long queueNanos,
    long parseNanos,
    long evalNanos) {
  public long totalNanos() {
    return queueNanos + parseNanos + evalNanos;
  }
}
