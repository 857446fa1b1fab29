package dev.weir.promql.query;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/// What one query may use. Each limit stops the query with an error that names it.
///
/// @param maxSamples samples in memory at once, read and computed
/// @param maxSeries series that the query's selectors may select together
/// @param maxSteps evaluations of a range query
/// @param maxMemoryBytes estimated size of columns in memory at once
/// @param timeout from when the query was given to the engine, waiting included
public record QueryLimits(
    long maxSamples, long maxSeries, int maxSteps, long maxMemoryBytes, Duration timeout) {
  /// Prometheus's own limits, and memory and series that no reasonable query needs.
  public static final QueryLimits DEFAULT =
      new QueryLimits(50_000_000, 2_000_000, 11_000, 2L << 30, Duration.ofMinutes(2));

  public QueryLimits {
    requireNonNull(timeout, "timeout");
    requirePositive("maxSamples", maxSamples);
    requirePositive("maxSeries", maxSeries);
    requirePositive("maxSteps", maxSteps);
    requirePositive("maxMemoryBytes", maxMemoryBytes);
    if (timeout.isNegative() || timeout.isZero()) {
      throw new IllegalArgumentException("timeout is " + timeout + ", it has to be above zero");
    }
  }

  private static void requirePositive(String name, long value) {
    if (value <= 0) {
      throw new IllegalArgumentException(name + " is " + value + ", it has to be above zero");
    }
  }

  public QueryLimits withMaxSamples(long changed) {
    return new QueryLimits(changed, maxSeries, maxSteps, maxMemoryBytes, timeout);
  }

  public QueryLimits withMaxSeries(long changed) {
    return new QueryLimits(maxSamples, changed, maxSteps, maxMemoryBytes, timeout);
  }

  public QueryLimits withMaxSteps(int changed) {
    return new QueryLimits(maxSamples, maxSeries, changed, maxMemoryBytes, timeout);
  }

  public QueryLimits withMaxMemoryBytes(long changed) {
    return new QueryLimits(maxSamples, maxSeries, maxSteps, changed, timeout);
  }

  public QueryLimits withTimeout(Duration changed) {
    return new QueryLimits(maxSamples, maxSeries, maxSteps, maxMemoryBytes, changed);
  }
}
