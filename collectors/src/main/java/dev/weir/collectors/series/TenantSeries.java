package dev.weir.collectors.series;

import static java.util.Objects.requireNonNull;

import dev.weir.model.AcceptedTimes;
import dev.weir.model.Labels;
import dev.weir.model.Tenant;
import dev.weir.model.WeirException;
import dev.weir.schemas.publish.PushedSeries;
import dev.weir.service.config.TenantLimits;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicInteger;

/// The series of one tenant in this collector. Those that targets expose are counted here and kept
/// by their scrapers; those that come one by one are kept in [#pushed]. Both count towards the
/// tenant's limit, and a new series beyond it is refused. Safe for use by several threads.
public final class TenantSeries {
  private final Tenant tenant;
  private final TenantLimits limits;
  private final PushedSeries pushed;
  private final AtomicInteger scraped = new AtomicInteger();

  /// @param maxSamples of one push
  TenantSeries(Tenant tenant, TenantLimits limits, InstantSource clock, int maxSamples) {
    this.tenant = requireNonNull(tenant, "tenant");
    this.limits = requireNonNull(limits, "limits");
    this.pushed =
        new PushedSeries(
            tenant,
            clock,
            new PushedSeries.Settings(limits.activeSeriesIdle(), maxSamples),
            (labels, active) -> check(labels, active + scraped.get()));
  }

  public Tenant tenant() {
    return tenant;
  }

  public TenantLimits limits() {
    return limits;
  }

  /// Series that come one by one, in any order.
  public PushedSeries pushed() {
    return pushed;
  }

  /// Which timestamps of its own a sample may have now. Where this collector was not told how long
  /// samples are kept, sinks alone decide what is too old.
  public AcceptedTimes acceptedTimes(long nowMillis) {
    return limits.retention().isPositive()
        ? AcceptedTimes.at(nowMillis, limits.retention())
        : AcceptedTimes.at(nowMillis);
  }

  /// Counts a series that a target exposes.
  ///
  /// @throws WeirException.LimitExceeded if the tenant has as many as it may
  public void admitScraped(Labels labels) {
    check(labels, active());
    countScraped();
  }

  /// Counts a series that a target exposes, also beyond the limit.
  public void countScraped() {
    scraped.incrementAndGet();
  }

  /// Series that targets no longer expose.
  public void releaseScraped(int count) {
    scraped.addAndGet(-count);
  }

  /// Series that are active now.
  public int active() {
    return scraped.get() + pushed.size();
  }

  private void check(Labels labels, int active) {
    long max = limits.maxActiveSeries();
    if (max > 0 && active >= max) {
      throw new WeirException.LimitExceeded(
          ("tenant %s has %d active series, as many as %s allows; series %s is refused: drop labels"
                  + " that change, or raise the limit")
              .formatted(
                  tenant, active, limits.settingOf("max_active_series"), ShortText.of(labels)));
    }
  }
}
