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
/// @param detail what is to be found out beside the value
/// @param observer is told how the query ended
public record QueryContext(
    Tenant tenant,
    SeriesSource source,
    QueryLimits limits,
    Optional<Duration> lookback,
    Cancellation cancellation,
    QueryDetail detail,
    QueryObserver observer) {
  public QueryContext {
    requireNonNull(tenant, "tenant");
    requireNonNull(source, "source");
    requireNonNull(limits, "limits");
    requireNonNull(lookback, "lookback");
    requireNonNull(cancellation, "cancellation");
    requireNonNull(detail, "detail");
    requireNonNull(observer, "observer");
  }

  /// With default limits, the engine's lookback, and nobody who cancels or wants to know more than
  /// the value.
  public static QueryContext of(Tenant tenant, SeriesSource source) {
    return new QueryContext(
        tenant,
        source,
        QueryLimits.DEFAULT,
        Optional.empty(),
        new Cancellation(),
        QueryDetail.NONE,
        QueryObserver.NONE);
  }

  public QueryContext withSource(SeriesSource changed) {
    return new QueryContext(tenant, changed, limits, lookback, cancellation, detail, observer);
  }

  public QueryContext withLimits(QueryLimits changed) {
    return new QueryContext(tenant, source, changed, lookback, cancellation, detail, observer);
  }

  public QueryContext withLookback(Duration changed) {
    return new QueryContext(
        tenant, source, limits, Optional.of(changed), cancellation, detail, observer);
  }

  public QueryContext withCancellation(Cancellation changed) {
    return new QueryContext(tenant, source, limits, lookback, changed, detail, observer);
  }

  public QueryContext withDetail(QueryDetail changed) {
    return new QueryContext(tenant, source, limits, lookback, cancellation, changed, observer);
  }

  public QueryContext withObserver(QueryObserver changed) {
    return new QueryContext(tenant, source, limits, lookback, cancellation, detail, changed);
  }
}
