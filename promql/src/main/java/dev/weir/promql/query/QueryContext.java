package dev.weir.promql.query;

import static java.util.Objects.requireNonNull;

import dev.weir.model.Tenant;
import dev.weir.model.source.SeriesSource;
import java.time.Duration;
import java.util.Optional;

/// For whom and over which samples a query runs, and what it may use.
///
/// @param lookback how far before an evaluation the latest sample still counts; left out, it is the
///   engine's
public record QueryContext(
    Tenant tenant,
    SeriesSource source,
    QueryLimits limits,
    Optional<Duration> lookback,
    Cancellation cancellation) {
  public QueryContext {
    requireNonNull(tenant, "tenant");
    requireNonNull(source, "source");
    requireNonNull(limits, "limits");
    requireNonNull(lookback, "lookback");
    requireNonNull(cancellation, "cancellation");
  }

  /// With default limits, the engine's lookback, and nobody who cancels.
  public static QueryContext of(Tenant tenant, SeriesSource source) {
    return new QueryContext(
        tenant, source, QueryLimits.DEFAULT, Optional.empty(), new Cancellation());
  }

  public QueryContext withLimits(QueryLimits changed) {
    return new QueryContext(tenant, source, changed, lookback, cancellation);
  }

  public QueryContext withLookback(Duration changed) {
    return new QueryContext(tenant, source, limits, Optional.of(changed), cancellation);
  }

  public QueryContext withCancellation(Cancellation changed) {
    return new QueryContext(tenant, source, limits, lookback, changed);
  }
}
